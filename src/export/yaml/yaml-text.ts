/**
 * Values as YAML in one line each. Written by hand, since a network reads best with one node a line; names and texts that
 * could mean something else stand in quotes, as JSON writes them.
 */
import type { Tensor } from "../../graph/graph.ts";
import type { Metadata, MetadataValue } from "../../graph/spiking.ts";

/** Text that YAML takes as it is, in flow collections too. */
export function textOf(text: string): string {
  const plain = /^[A-Za-z_][\w./+-]*$/.test(text) && !/^(true|false|null|y|n|yes|no|on|off)$/i.test(text);
  return plain ? text : JSON.stringify(text);
}

/** Digits that lead back to the same value, as few as there are. */
export function numberText(value: number, single: boolean): string {
  if (!single) return Object.is(value, -0) ? "-0.0" : String(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Object.is(Math.fround(short), value)) return numberText(short, false);
  }
  return numberText(value, false);
}

/** Nested lists, row by row; one value alone for the shape []. */
export function listText({ shape, data }: Tensor): string {
  const single = data instanceof Float32Array;
  let at = 0;
  const row = (axis: number): string => {
    if (axis === shape.length) return numberText(data[at++], single);
    return `[${Array.from({ length: shape[axis] }, () => row(axis + 1)).join(", ")}]`;
  };
  return row(0);
}

/** float64 needs no word; float32 says so. */
export function tensorText(tensor: Tensor): string {
  const list = listText(tensor);
  return tensor.data instanceof Float32Array ? `{values: ${list}, dtype: float32}` : list;
}

/** "{a: 1, b: 2}" from texts that are YAML already. */
export function mapText(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([key, value]) => `${textOf(key)}: ${value}`).join(", ")}}`;
}

export function metadataText(metadata: Metadata): string {
  return mapText(Array.from(metadata, ([name, value]) => [name, metadataValueText(value)] as const));
}

function metadataValueText(value: MetadataValue): string {
  if (typeof value === "string") return textOf(value);
  if (typeof value === "number") return numberText(value, false);
  if (typeof value === "boolean") return String(value);
  return "data" in value ? tensorText(value) : metadataText(value);
}
