/** Connections whose weights may be floats as well as integers. */
import type { Connection } from "../network/network.ts";

/** The weights may also be floats: folding is checked by the code that simulates. */
export type NumericConnection = Connection extends infer Kind
  ? Kind extends { weights: unknown }
    ? Omit<Kind, "weights"> & { readonly weights: ArrayLike<number> }
    : never
  : never;
