/**
 * The shapes of one graph of a .nir file, spread from its inputs along the edges; what the file states is compared with
 * what comes out. Where they only fit without a batch axis, that is taken off, with a warning.
 */
import { SpikecError } from "../../errors/error.ts";
import type { Shape } from "../../graph/graph.ts";
import { formatShape, sameShape } from "../../graph/shapes.ts";
import type { ShapelessSpikingNode, SpikingEdge, SpikingNode } from "../../graph/spiking.ts";
import { outputShape } from "../../graph/spiking-shapes.ts";
import { hasBatchBefore, parameterShape, withoutInputBatch, withoutParameterBatch } from "./batch-axis.ts";
import type { FileNode } from "./file-node.ts";
import type { Gathered } from "./metadata.ts";
import { below, malformed, warning } from "./refusal.ts";

/**
 * @returns the nodes with their shapes, in their order; a node without edges whose shape nothing says is left out
 * @throws SpikecError SPK-0201 or SPK-0204 where nodes do not fit one another, SPK-0115 where a stated shape is wrong
 */
export function settleShapes(
  nodes: readonly FileNode[],
  edges: readonly SpikingEdge[],
  notes: Gathered["notes"],
): SpikingNode[] {
  const tried: Gathered["notes"] = [];
  try {
    const settled = spread(nodes, edges, tried);
    notes.push(...tried);
    return settled;
  } catch (error) {
    const repair = isMisfit(error) ? withoutInputBatch(nodes) : null;
    if (repair === null) throw error;
    const repaired: Gathered["notes"] = [];
    let settled: SpikingNode[];
    try {
      settled = spread(repair.nodes, edges, repaired);
    } catch {
      throw error; // Without the axis it fits no better: what was said first is nearer to the file.
    }
    const { place } = nodes[0];
    const names = repair.names.join(", ");
    notes.push(
      warning({ ...place, path: place.path.replace(/\/[^/]*$/, "") }, `a batch axis was taken off ${names}`),
      ...repaired,
    );
    return settled;
  }
}

const isMisfit = (error: unknown): boolean =>
  error instanceof SpikecError && (error.code === "SPK-0201" || error.code === "SPK-0115");

function spread(
  files: readonly FileNode[],
  edges: readonly SpikingEdge[],
  notes: Gathered["notes"],
): SpikingNode[] {
  const byName = new Map(files.map((file) => [file.node.name, file]));
  const onward = new Map<string, SpikingEdge[]>(files.map(({ node }) => [node.name, []]));
  for (const edge of edges) onward.get(edge.from)!.push(edge);
  const settled = new Map<string, SpikingNode>();
  const queue: SpikingNode[] = [];
  const settle = (node: ShapelessSpikingNode, shape: Shape): void => {
    const whole = { ...node, shape } as SpikingNode;
    settled.set(node.name, whole);
    queue.push(whole);
  };
  let at = 0;
  const drain = (): void => {
    for (; at < queue.length; at++) {
      const { name, shape } = queue[at];
      for (const { to } of onward.get(name)!) {
        if (settled.has(to)) continue;
        const node = fitted(byName.get(to)!, shape, notes);
        settle(node, outputShape(node, shape));
      }
    }
  };
  for (const { node } of files) if (node.type === "Input") settle(node, node.shape);
  drain();
  for (const file of files) {
    if (settled.has(file.node.name)) continue;
    const shape = ownShape(file);
    if (shape === null) continue;
    settle(file.node, shape);
    drain();
  }
  return files.flatMap((file) => settled.get(file.node.name) ?? withoutShape(file, edges, notes));
}

/** Of a node that no input reaches. */
function ownShape({ node, statedShape }: FileNode): Shape | null {
  if (node.type === "Output") return statedShape;
  if (node.type === "NIRGraph") return outputShape(node, []);
  if (node.type === "Linear" || node.type === "Affine") return [node.weight.shape[0]];
  return parameterShape(node);
}

function withoutShape(
  { node, place }: FileNode,
  edges: readonly SpikingEdge[],
  notes: Gathered["notes"],
): SpikingNode[] {
  if (edges.some(({ from, to }) => from === node.name || to === node.name))
    throw malformed(place, "nothing that leads to it has a known shape", "SPK-0201");
  notes.push(warning(place, "no edge leads to it or from it, and nothing says its shape: left out"));
  return [];
}

/** The node as it is for what feeds it: compared with what the file states, and without a batch axis. */
function fitted(file: FileNode, input: Shape, notes: Gathered["notes"]): ShapelessSpikingNode {
  const { place, statedShape } = file;
  const { node, repaired } = withoutParameterBatch(file.node, input);
  if (repaired)
    notes.push(warning(place, `its parameters have a batch axis before ${formatShape(input)}: taken off`));
  if (node.type === "Output" && statedShape !== null && !sameShape(statedShape, input)) {
    const at = below(place, "shape");
    if (!hasBatchBefore(statedShape, input))
      throw misfit(at, `it is ${formatShape(statedShape)}, and what leads there gives ${formatShape(input)}`);
    notes.push(
      warning(at, `${formatShape(statedShape)} has a batch axis before ${formatShape(input)}: taken off`),
    );
  }
  if ((node.type === "Conv1d" || node.type === "Conv2d") && node.inputShape !== null) {
    const stated = [node.inputShape].flat();
    if (!sameShape(stated, input.slice(1)))
      throw misfit(
        below(place, "input_shape"),
        `it is ${formatShape(stated)}, and what leads there gives ${formatShape(input)}`,
      );
  }
  if (node.type === "NIRGraph") {
    const ports = node.nodes.filter(({ type }) => type === "Input");
    if (ports.length === 1 && !sameShape(ports[0].shape, input))
      throw misfit(
        place,
        `it takes ${formatShape(ports[0].shape)}, and what leads there gives ${formatShape(input)}`,
      );
  }
  return node;
}

const misfit = (place: FileNode["place"], what: string) => malformed(place, what, "SPK-0201");
