/** chip.json with its type. */
import type { Chip } from "../../src/target/target.ts";
import data from "./chip.json" with { type: "json" };

type Limit = keyof typeof data.limits;

export const chip = data as Chip & { readonly limits: Readonly<Record<Limit, number>> };
