/**
 * SpikingGraph to the text form, one node a line. Numbers that would fill the page lie in a file beside it; every value comes
 * back to the last bit. What the text does not keep is how fields stood in the .nir file that they came from (int8, scalars).
 */
import { type Discretization, discretizationOf, isPresetName } from "../../graph/discretization.ts";
import type { Tensor } from "../../graph/graph.ts";
import type { SpikingEdge, SpikingGraph, SpikingNode } from "../../graph/spiking.ts";
import { formatName } from "../../import/yaml/schema/schema.ts";
import { snakeCase } from "../../import/yaml/schema/time.ts";
import { nodeKeys, type WriteTensor } from "./node-text.ts";
import { mapText, metadataText, tensorText, textOf } from "./yaml-text.ts";

/** Values that stand in the text. */
const mostInline = 16;

export interface YamlExport {
  readonly text: string;
  /** For the file of arrays, by their names in it; empty where all numbers stand in the text. */
  readonly arrays: ReadonlyMap<string, Tensor>;
}

/** @param arraysFile name of the .npz beside the text, for large tensors */
export function exportYaml(graph: SpikingGraph, arraysFile: string): YamlExport {
  const arrays = new Map<string, Tensor>();
  const { name, discretization, formatVersion, metadata } = graph;
  const lines = [
    `format: ${formatName}`,
    `name: ${textOf(name)}`,
    ...(discretization === null ? [] : [`time: ${timeText(discretization)}`]),
    ...networkLines(graph, "", "", (tensor, array) => {
      if (tensor.data.length <= mostInline) return tensorText(tensor);
      const free = freeName(array, arrays);
      arrays.set(free, tensor);
      return mapText([["file", JSON.stringify(`${arraysFile}#${free}`)]]);
    }),
    ...(formatVersion === null ? [] : [`nir_version: ${JSON.stringify(formatVersion)}`]),
    ...(metadata === null ? [] : [`metadata: ${metadataText(metadata)}`]),
  ];
  return { text: `${lines.join("\n")}\n`, arrays };
}

/** The preset, dt, and every choice in which it differs from the preset. */
function timeText(discretization: Discretization): string {
  const { name, dt, ...choices } = discretization;
  const preset = isPresetName(name) ? name : "nir";
  const usual = discretizationOf(preset, dt) as unknown as Record<string, unknown>;
  const changed = Object.entries(choices).filter(([choice, value]) => usual[choice] !== value);
  return mapText([
    ["preset", textOf(preset)],
    ["dt", String(dt)],
    ...changed.map(([choice, value]) => [snakeCase(choice), String(value)] as const),
  ]);
}

/** nodes and edges; `path`: names of the graphs around, for names of arrays. */
function networkLines(
  { nodes, edges }: Pick<SpikingGraph, "nodes" | "edges">,
  indent: string,
  path: string,
  write: WriteTensor,
): string[] {
  const inner = `${indent}  `;
  return [
    `${indent}nodes:`,
    ...nodes.flatMap((node) => nodeLines(node, inner, path, write)),
    `${indent}edges:${edges.length === 0 ? " []" : ""}`,
    ...edges.map((edge) => `${inner}- ${edgeText(edge)}`),
  ];
}

function nodeLines(node: SpikingNode, indent: string, path: string, write: WriteTensor): string[] {
  const whole = path === "" ? node.name : `${path}.${node.name}`;
  if (node.type !== "NIRGraph") {
    const keys = nodeKeys(node, (tensor, field) => write(tensor, `${whole}.${field}`));
    return [`${indent}${textOf(node.name)}: ${mapText(keys)}`];
  }
  return [
    `${indent}${textOf(node.name)}:`,
    `${indent}  type: NIRGraph`,
    ...networkLines(node, `${indent}  `, whole, write),
    ...(node.metadata === null ? [] : [`${indent}  metadata: ${metadataText(node.metadata)}`]),
  ];
}

function edgeText({ from, to, delay }: SpikingEdge): string {
  const [source, target] = [textOf(from), textOf(to)];
  if (delay === 0) return `[${source}, ${target}]`;
  return `{from: ${source}, to: ${target}, delay: ${delay}}`;
}

/** Names that every zip program and file system takes. */
function freeName(wanted: string, taken: ReadonlyMap<string, unknown>): string {
  const legal = wanted.replaceAll(/[^\w.-]/g, "_").slice(0, 100);
  let name = legal;
  for (let i = 1; taken.has(name); i++) name = `${legal}_${i}`;
  return name;
}
