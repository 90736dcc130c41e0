/** The nodes and edges of one network of the text, and of those within it, with the shapes that follow from them. */
import { SpikecError } from "../../errors/error.ts";
import type { Shape, Tensor } from "../../graph/graph.ts";
import { formatOrigin, formatShape, sameShape } from "../../graph/shapes.ts";
import type { ShapelessSpikingNode, SpikingEdge, SpikingNode } from "../../graph/spiking.ts";
import { inferSpikingShapes } from "../../graph/spiking-shapes.ts";
import { type QuantText, quantizationOf } from "../nir/node-quantization.ts";
import type { NetworkText, NodeText } from "./check-document.ts";
import { metadataOf } from "./metadata.ts";
import { type Building, nirFields } from "./nir-node.ts";
import { below, malformed, type Place, placed } from "./place.ts";
import { sinabsFields } from "./sinabs-node.ts";
import { snnTorchFields } from "./snntorch-node.ts";
import { collectTensors, type ReadTensor } from "./tensors.ts";
import { edgesOf } from "./wiring.ts";

/** What a network becomes, and where its nodes stand. */
export interface BuiltNetwork {
  readonly nodes: readonly SpikingNode[];
  readonly edges: readonly SpikingEdge[];
}

/** Places of nodes by the text of their origins: errors of the graph name those. */
export type NodePlaces = Map<string, Place>;

/** Reads all numbers that the nodes refer to. */
export async function collectNodeTensors(
  { nodes }: NetworkText,
  readTensor: ReadTensor | null,
  read: Map<string, Tensor>,
): Promise<void> {
  for (const { inside, fields, place } of nodes) {
    if (inside) await collectNodeTensors(inside, readTensor, read);
    else {
      const { metadata: _, ...others } = fields;
      await collectTensors(others, place, readTensor, read);
    }
  }
}

/**
 * @param path names of the graphs around it, joined by "/"; empty for the outermost
 * @throws SpikecError SPK-0121, SPK-0201, SPK-0202, SPK-0204 with line and key
 */
export function buildNetwork(
  network: NetworkText,
  path: string,
  building: Building,
  places: NodePlaces,
): BuiltNetwork {
  const edges = edgesOf(network);
  const nodes = network.nodes.map((node) => buildNode(node, path, building, places));
  const shapes = withPlaces(places, () => inferSpikingShapes(nodes, edges));
  const settled = nodes.map((node) => ({ ...node, shape: shapes.get(node.name)! }) as SpikingNode);
  const inputs = new Map(edges.map(({ from, to }) => [to, shapes.get(from)!]));
  for (const [index, { fields, place }] of network.nodes.entries())
    checkStatedShapes(fields, settled[index].shape, inputs.get(settled[index].name) ?? null, place);
  if (!settled.some(({ type }) => type === "Output"))
    throw malformed(below(network.place, "nodes"), "there is no node of type Output");
  return { nodes: settled, edges };
}

function buildNode(
  node: NodeText,
  path: string,
  building: Building,
  places: NodePlaces,
): ShapelessSpikingNode {
  const { name, type, fields, place, inside } = node;
  const whole = path === "" ? name : `${path}/${name}`;
  const origin = { file: place.source.file, node: whole, operator: type };
  places.set(formatOrigin(origin), place);
  const metadata = metadataOf(place);
  const base = { type, name, origin, storage: new Map(), metadata };
  const own = inside
    ? buildNetwork(inside, whole, building, places)
    : {
        ...nirFields(node, building),
        ...(type.startsWith("Sinabs") ? sinabsFields(node, building) : {}),
        ...(snnTorchTypes.has(type) ? snnTorchFields(node, building) : {}),
      };
  const quant = fields.quant as QuantText | undefined;
  const quantization = quant === undefined ? {} : { quantization: quantizationOf(quant) };
  // Only an Input has no other source of its shape.
  const shape = type === "Input" ? { shape: fields.shape as Shape } : {};
  return { ...base, ...own, ...quantization, ...shape } as unknown as ShapelessSpikingNode;
}

const snnTorchTypes: ReadonlySet<string> = new Set([
  "Lapicque",
  "Leaky",
  "RLeaky",
  "Synaptic",
  "RSynaptic",
  "Alpha",
]);

/** Gives errors that name a node the line of that node. */
export function withPlaces<Value>(places: NodePlaces, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    const place = error instanceof SpikecError ? places.get(error.where ?? "") : undefined;
    throw place === undefined ? error : placed(error, place);
  }
}

/** Shapes that the text states beside those that follow: of the node itself, of a convolution's or Flatten's input. */
function checkStatedShapes(
  fields: NodeText["fields"],
  shape: Shape,
  input: Shape | null,
  place: Place,
): void {
  const compare = (key: string, found: Shape | null): void => {
    const stated = fields[key] === undefined ? null : [fields[key] as number | Shape].flat();
    if (stated === null || found === null || sameShape(stated, found)) return;
    const what = `it says ${formatShape(stated)}, and from what feeds the node follows ${formatShape(found)}`;
    throw malformed(below(place, key), what, "SPK-0201");
  };
  compare("shape", shape);
  compare("input_type", input);
  compare("input_shape", input === null ? null : input.slice(1));
}
