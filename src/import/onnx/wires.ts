/** Which node of a file feeds which: for a picture of a model that cannot be imported, whose Graph never comes to be. */
import type { OnnxNode } from "./node.ts";

/** By the names of nodes; `from` may be the model's input. */
export interface Wire {
  readonly from: string;
  readonly to: string;
}

/** One wire for each pair, however many values go over it. @param input name of the model's input */
export function wiresOf(nodes: readonly OnnxNode[], input: string): Wire[] {
  const makers = new Map([[input, input]]);
  for (const { name, outputs } of nodes) for (const value of outputs) makers.set(value, name);
  return nodes.flatMap(({ name, inputs }) => {
    const sources = new Set(inputs.flatMap((value) => makers.get(value) ?? []));
    return [...sources].map((from): Wire => ({ from, to: name }));
  });
}
