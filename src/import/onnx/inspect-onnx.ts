/**
 * What an ONNX model holds and what would become of it: the whole import, except that unsupported operators are
 * listed and not thrown.
 */
import { SpikecError } from "../../errors/error.ts";
import { checkGraph } from "../../graph/check.ts";
import type { Graph, Note } from "../../graph/graph.ts";
import { decodeModel } from "./decode-model.ts";
import { collectExternalData, type ReadExternal } from "./external-data.ts";
import { createBuilder, type GraphBuilder } from "./graph-builder.ts";
import { findInput, findOutput } from "./graph-inputs.ts";
import { checkHead, findHead, headNote, type TakenHead } from "./head.ts";
import { openInitializers } from "./initializers.ts";
import { liveNodes } from "./live-nodes.ts";
import { type OnnxNode, readNode } from "./node.ts";
import type { TensorProto } from "./proto.ts";
import { Refusal } from "./refusal.ts";
import { readTensor } from "./tensors.ts";
import {
  type RefusedNode,
  refusedNode,
  type SupportedNode,
  type Translation,
  translate,
} from "./translate.ts";
import { type Wire, wiresOf } from "./wires.ts";

export type { RefusedNode, SupportedNode } from "./translate.ts";

export interface OnnxSource {
  /** What to call the model in messages. */
  readonly file: string;
  /** Gives the bytes of a file beside the model; without it, external data is an error. */
  readonly readExternal?: ReadExternal;
}

export interface OnnxInspection {
  /** null where a node was refused. */
  readonly graph: Graph | null;
  readonly supported: readonly SupportedNode[];
  readonly refused: readonly RefusedNode[];
  /** Name of the model's input. */
  readonly input: string;
  /** Between the input and the nodes, supported or not. */
  readonly wires: readonly Wire[];
  readonly notes: readonly Note[];
}

/**
 * @throws SpikecError where the file is broken: unreadable, malformed, NaN weights, no usable input. Never for
 *   operators that are not supported: those are listed in `refused`.
 */
export async function inspectOnnx(bytes: Uint8Array, source: OnnxSource): Promise<OnnxInspection> {
  const { file } = source;
  const { graph, opset, notes } = decodeModel(bytes, file);
  const externalBytes = await collectExternalData(graph, file, source.readExternal);
  const read = (tensor: TensorProto, name: string) => readTensor(tensor, name, file, externalBytes);
  const initializers = openInitializers(graph, file, read);
  const input = findInput(graph, initializers.names, file);
  const graphOutput = findOutput(graph, file);
  const known = new Set([...initializers.names, input.name]);

  const all = (graph.node ?? []).map(readNode);
  const live = liveNodes(all, graphOutput, known, file);
  const head = findHead(live, graphOutput);
  const output = head?.logits ?? graphOutput;
  const nodes = head ? liveNodes(all, output, known, file) : live;

  const builder = createBuilder(file, [...notes, ...unusedNotes(all, live, file)]);
  const translation = translate({ nodes, input, output, opset, initializers, readTensor: read }, builder);
  if (head) takeOff(head, translation, opset, builder);
  const { supported, refused } = translation;
  const result = refused.length > 0 ? null : finish(builder, graph.name || file, translation, head);
  const wires = wiresOf(live, input.name);
  return { graph: result, supported, refused, input: input.name, wires, notes: builder.notes };
}

function takeOff(head: TakenHead, translation: Translation, opset: number, builder: GraphBuilder): void {
  const { output, supported, refused } = translation;
  try {
    if (output.kind === "activation") checkHead(head, output, opset);
    supported.push({ node: head.node.name, operator: head.node.operator, becomes: "taken off" });
    builder.notes.push(headNote(head));
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    refused.push(refusedNode(head.node, refusal));
  }
}

function finish(builder: GraphBuilder, name: string, { output }: Translation, head: TakenHead | null): Graph {
  if (output.kind !== "activation") {
    const what =
      output.kind === "quantized"
        ? "is integers: a DequantizeLinear is missing"
        : "does not depend on the input";
    throw new SpikecError("SPK-0105", `the output ${what}`, { where: builder.file });
  }
  const nodes = [...builder.nodes.values()];
  const graph = { name, nodes, output: output.node, head: head?.head ?? null, notes: builder.notes };
  checkGraph(graph);
  return graph;
}

/** Names at most this many nodes in a note: a file may have thousands. */
const namesInNote = 5;

function unusedNotes(all: readonly OnnxNode[], live: readonly OnnxNode[], where: string): Note[] {
  const used = new Set(live);
  const unused = all.filter((node) => !used.has(node));
  if (unused.length === 0) return [];
  const names = unused.slice(0, namesInNote).map(({ name, operator }) => `${name} (${operator})`);
  const more = unused.length > namesInNote ? ` and ${unused.length - namesInNote} more` : "";
  return [
    {
      level: "info",
      where,
      text: `left out, since the output does not need them: ${names.join(", ")}${more}`,
    },
  ];
}
