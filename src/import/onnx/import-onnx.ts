/**
 * ONNX to Graph. Refused operators become one error that names every one of them, with why and the way out.
 */
import { SpikecError } from "../../errors/error.ts";
import type { Graph } from "../../graph/graph.ts";
import { inspectOnnx, type OnnxSource, type RefusedNode } from "./inspect-onnx.ts";

/** A message stays readable, and bounded on hostile files. */
const refusalsInMessage = 50;

/**
 * @param bytes the model file
 * @throws SpikecError SPK-0104 with every unsupported node; SPK-01xx and SPK-02xx for what is broken
 */
export async function importOnnx(bytes: Uint8Array, source: OnnxSource): Promise<Graph> {
  const { graph, refused } = await inspectOnnx(bytes, source);
  if (graph) return graph;
  const lines = refused.slice(0, refusalsInMessage).map(describe);
  if (refused.length > lines.length) lines.push(`  and ${refused.length - lines.length} more`);
  const count = refused.length === 1 ? "1 node" : `${refused.length} nodes`;
  throw new SpikecError("SPK-0104", `${count} cannot be converted:\n${lines.join("\n")}`, {
    where: source.file,
  });
}

function describe({ node, operator, why, advice }: RefusedNode): string {
  return `  ${node} (${operator}): ${why}.\n    What to do: ${advice}.`;
}
