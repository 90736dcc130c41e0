/**
 * The walk over the nodes of an ONNX graph, in order: each is given to its operator's importer, and what became of it
 * is written down. A refused node does not stop the walk: all refusals are wanted in one list.
 */

import { SpikecError } from "../../errors/error.ts";
import { sizeOf } from "../../graph/graph.ts";
import { unsupported } from "./advice.ts";
import { addInput, type GraphBuilder, spend } from "./graph-builder.ts";
import type { GraphInput } from "./graph-inputs.ts";
import type { Initializers } from "./initializers.ts";
import { countUses } from "./live-nodes.ts";
import type { OnnxNode } from "./node.ts";
import type { Operation } from "./operation.ts";
import { operatorImporters } from "./operators/table.ts";
import { Refusal } from "./refusal.ts";
import { unknown, type Value } from "./values.ts";

export interface SupportedNode {
  readonly node: string;
  readonly operator: string;
  /** "Affine", "Conv2d", ...; "constant", "taken off", or "no node of its own" where it is merged or changes nothing. */
  readonly becomes: string;
}

export interface RefusedNode {
  readonly node: string;
  readonly operator: string;
  readonly why: string;
  /** The way out. */
  readonly advice: string;
}

export interface Plan {
  /** Inputs before users. */
  readonly nodes: readonly OnnxNode[];
  readonly input: GraphInput;
  /** Name of the value that the Graph gives. */
  readonly output: string;
  readonly opset: number;
  readonly initializers: Initializers;
  readonly readTensor: Operation["readTensor"];
}

export interface Translation {
  readonly output: Value;
  readonly supported: SupportedNode[];
  readonly refused: RefusedNode[];
}

export function translate(plan: Plan, builder: GraphBuilder): Translation {
  const { input, initializers } = plan;
  const values = new Map<string, Value>([[input.name, addInput(builder, input.name, input.shape)]]);
  const lookUp = (name: string): Value | null =>
    name === "" ? null : (values.get(name) ?? initializers.get(name) ?? unknown);
  const uses = countUses(plan.nodes, plan.output);
  const usesOf = (name: string) => uses.get(name) ?? 0;
  const supported: SupportedNode[] = [];
  const refused: RefusedNode[] = [];

  for (const node of plan.nodes) {
    const operation: Operation = {
      node,
      opset: plan.opset,
      inputs: node.inputs.map(lookUp),
      batch: input.batch,
      builder,
      usesOf: (index) => usesOf(node.inputs[index]),
      readTensor: plan.readTensor,
    };
    const before = builder.added.length;
    try {
      const value = translateNode(operation, usesOf);
      if (value.kind === "constant") spend(builder, value.data.length, node.name);
      values.set(node.outputs[0], value);
      supported.push({ node: node.name, operator: node.operator, becomes: outcome(builder, before, value) });
    } catch (refusal) {
      if (refusal instanceof Refusal) refused.push(refusedNode(node, refusal));
      // A misfit behind a refused node may be due to the shape that was assumed for it.
      else if (refused.length === 0 || !isMisfit(refusal)) throw refusal;
      values.set(node.outputs[0], refusal instanceof Refusal ? stillKnown(operation) : unknown);
    }
  }
  return { output: lookUp(plan.output) ?? unknown, supported, refused };
}

function translateNode(operation: Operation, usesOf: (name: string) => number): Value {
  const { node, inputs } = operation;
  const importer = operatorImporters.get(node.operator);
  if (!importer) throw new Refusal(unsupported(node.operator).why);
  const second = node.outputs.findIndex((name, index) => index > 0 && name !== "" && usesOf(name) > 0);
  if (second > 0) {
    throw new Refusal(`its output ${second} (${node.outputs[second]}) is used`, "use only its first output");
  }
  // After a refusal upstream nothing more can be said of this node than that there is an importer for it.
  if (inputs.some((value) => value?.kind === "unknown")) return unknown;
  return importer(operation);
}

/** What users of a refused node may take its output for, so that refusals after it are found, too. */
function stillKnown({ node, inputs }: Operation): Value {
  if (!unsupported(node.operator).keepsShape && !pointwise.has(node.operator)) return unknown;
  const activations = inputs.filter((value) => value?.kind === "activation");
  // Of a gate and what it multiplies, the larger: ONNX broadcasts the other.
  activations.sort((a, b) => sizeOf(b.shape) - sizeOf(a.shape));
  return activations[0] ?? unknown;
}

/** Importable operators whose output has the shape of an input, should one of them be refused. */
const pointwise = new Set(["Add", "Sub", "Mul", "Div", "Clip", "BatchNormalization", "Dropout"]);

function isMisfit(error: unknown): boolean {
  return error instanceof SpikecError && error.code === "SPK-0201";
}

export function refusedNode({ name, operator }: OnnxNode, { message, advice }: Refusal): RefusedNode {
  return { node: name, operator, why: message, advice: advice ?? unsupported(operator).advice };
}

function outcome(builder: GraphBuilder, before: number, value: Value): string {
  const added = builder.added.slice(before);
  if (added.length > 0) return added.join(", ");
  if (value.kind === "unknown") return "not known: something before it is refused";
  return value.kind === "constant" ? "constant" : "no node of its own";
}
