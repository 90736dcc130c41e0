/** What inspect shows of a native spiking network: nodes, edges with their delays, and how time becomes steps. */
import { basename } from "node:path";
import { SpikecError } from "../../errors/error.ts";
import type { Discretization } from "../../graph/discretization.ts";
import type { SpikingEdge, SpikingGraph, SpikingNode } from "../../graph/spiking.ts";
import { readQuantizationHint } from "../../import/nir/hints.ts";
import { type QuantText, quantText } from "../../import/nir/node-quantization.ts";
import { chooseDiscretization, type TimestepChoice } from "../../import/nir/timestep.ts";
import { formatTable } from "../../report/table.ts";
import type { Terminal } from "../terminal.ts";
import { proseText } from "../text.ts";
import { readSpikingFile } from "./spiking-files.ts";

const shapeText = (shape: readonly number[]) => shape.join("x");

interface Row {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  /** Weights and biases. */
  readonly weights: number;
  /** What the node says of its own integers, in the words of its file; null: nothing. */
  readonly quant: QuantText | null;
}

/** Nodes of nested graphs come after them, their names behind those of the graphs. */
function rowsOf(nodes: readonly SpikingNode[], prefix = ""): Row[] {
  return nodes.flatMap((node) => {
    const { name, type, shape } = node;
    const weights = "weight" in node ? node.weight.data.length : 0;
    const biases = "bias" in node ? node.bias.length : 0;
    const quantization = "quantization" in node ? node.quantization : undefined;
    const quant = quantization === undefined ? null : quantText(quantization);
    const row = { name: prefix + name, type, shape, weights: weights + biases, quant };
    return node.type === "NIRGraph" ? [row, ...rowsOf(node.nodes, `${row.name}/`)] : [row];
  });
}

/** Those of nested graphs with the names that their nodes have in the table of nodes. */
function edgesOf({ nodes, edges }: Pick<SpikingGraph, "nodes" | "edges">, prefix = ""): SpikingEdge[] {
  const own = edges.map(({ from, to, delay }) => ({ from: prefix + from, to: prefix + to, delay }));
  const nested = nodes.flatMap((node) =>
    node.type === "NIRGraph" ? edgesOf(node, `${prefix}${node.name}/`) : [],
  );
  return [...own, ...nested];
}

interface Time {
  readonly discretization: Discretization | null;
  /** Where dt comes from, or why it is not known. */
  readonly reason: string;
}

function timeOf(graph: SpikingGraph, choice: TimestepChoice): Time {
  try {
    return chooseDiscretization(graph, choice);
  } catch (error) {
    if (!(error instanceof SpikecError && error.code === "SPK-0118")) throw error;
    return { discretization: null, reason: `${error.message}. ${error.advice}` };
  }
}

/** "preset nir, dt 0.0001 s (given)" and every choice by its name. */
function timeText({ discretization, reason }: Time): string[] {
  if (discretization === null) return [proseText(`time: ${reason}`)];
  const { name, dt, ...choices } = discretization;
  const list = Object.entries(choices).map(([choice, value]) => `${choice} ${value ?? "none"}`);
  return [proseText(`time: preset ${name}, dt ${dt} s (${reason})`), proseText(`  ${list.join(", ")}`)];
}

/** "bits 6, scale per_layer", as in the file. */
function quantWords(quant: QuantText | null): string {
  return Object.entries(quant ?? {})
    .map(([word, value]) => `${word} ${value}`)
    .join(", ");
}

/** A column for `quant` only where some node has one. */
function nodeTable(nodes: readonly Row[]): string {
  const quantized = nodes.some(({ quant }) => quant !== null);
  const titles = ["node", "type", "shape", "parameters", ...(quantized ? ["quant"] : [])];
  const rows = nodes.map(({ name, type, shape, weights, quant }) => [
    name,
    type,
    shapeText(shape),
    String(weights || ""),
    ...(quantized ? [quantWords(quant)] : []),
  ]);
  return formatTable(titles, rows);
}

export async function inspectSpiking(
  file: string,
  choice: TimestepChoice,
  terminal: Terminal,
): Promise<void> {
  const { graph, stimulus } = await readSpikingFile(file);
  const nodes = rowsOf(graph.nodes);
  const parameters = nodes.reduce((sum, { weights }) => sum + weights, 0);
  const time = timeOf(graph, choice);
  const quantization = readQuantizationHint(graph.metadata);
  const { name, formatVersion, notes } = graph;
  const edges = edgesOf(graph);
  const arrows = edges.map(({ from, to, delay }) => [from, to, String(delay)]);
  const text = [
    `${name}: ${nodes.length} nodes, ${parameters} parameters`,
    "",
    nodeTable(nodes),
    "",
    formatTable(["from", "to", "delay"], arrows),
    "",
    ...timeText(time),
    ...(stimulus === null ? [] : [`stimulus: ${stimulus.steps} steps, of its own`]),
    ...(quantization === null ? [] : [`quantized: ${quantization.layers.length} layers, see --json`]),
    ...notes.map((note) => proseText(`note: ${note.where}: ${note.text}`)),
  ].join("\n");
  terminal.result(
    {
      file: basename(file),
      kind: "spiking",
      name,
      formatVersion,
      parameters,
      nodes,
      edges,
      ...time,
      quantization,
      stimulusSteps: stimulus?.steps ?? null,
      notes,
    },
    text,
  );
}
