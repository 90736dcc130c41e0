/** Where the state of each layer lies in the board's arena: membranes, then rows of what it sent, layer by layer. */
import { spikeRowBytes } from "../../../src/link/loader/protocol.ts";
import { valueRowBytes } from "./format.ts";
import type { ImageParts } from "./parts.ts";

export interface LayerState {
  readonly neurons: number;
  readonly valued: boolean;
  /** Offsets in the arena; an input's membranes lie where its rows do, as it has none. */
  readonly membranes: number;
  readonly rows: number;
  readonly rowBytes: number;
  /** Rows, less one. */
  readonly lastRow: number;
}

/** Inputs first, then populations. */
export function placeState({ inputs, populations }: Pick<ImageParts, "inputs" | "populations">): {
  readonly layers: readonly LayerState[];
  readonly arena: number;
} {
  let arena = 0;
  const place = (neurons: number, rows: number, valued: boolean, membraneBytes: number): LayerState => {
    const membranes = arena;
    const rowBytes = valued ? valueRowBytes(neurons) : spikeRowBytes(neurons);
    arena += membraneBytes + rows * rowBytes;
    return { neurons, valued, membranes, rows: membranes + membraneBytes, rowBytes, lastRow: rows - 1 };
  };
  const layers = [
    ...inputs.map(({ count, rows, kind }) => place(count, rows, kind === "values", 0)),
    ...populations.map(({ neurons, rows }) => place(neurons, rows, false, 4 * neurons)),
  ];
  return { layers, arena };
}
