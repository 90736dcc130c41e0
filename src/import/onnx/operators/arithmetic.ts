/**
 * Add, Sub, Mul and Div. Two activations can only be added (a residual connection); a constant becomes a bias of the
 * linear node before it, or a Normalization.
 */
import type { FloatArray } from "../../../graph/graph.ts";
import { addBias } from "../graph-builder.ts";
import {
  activationInput,
  emit,
  type Operation,
  type OperatorImporter,
  valueInput,
  weightsInput,
} from "../operation.ts";
import { Refusal } from "../refusal.ts";
import type { Activation } from "../values.ts";
import { channelValues } from "./broadcast.ts";
import { combineConstants } from "./constants.ts";

/** y = scale x + shift, by one constant value c; null where the operator does not allow the order. */
interface Rule {
  /** x operator c */
  readonly right: (c: number) => readonly [scale: number, shift: number];
  /** c operator x */
  readonly left: ((c: number) => readonly [scale: number, shift: number]) | null;
  readonly fold: (a: number, b: number) => number;
}

const rules = {
  Add: { right: (c) => [1, c], left: (c) => [1, c], fold: (a, b) => a + b },
  Sub: { right: (c) => [1, -c], left: (c) => [-1, c], fold: (a, b) => a - b },
  Mul: { right: (c) => [c, 0], left: (c) => [c, 0], fold: (a, b) => a * b },
  Div: { right: (c) => [1 / c, 0], left: null, fold: (a, b) => a / b },
} as const satisfies Record<string, Rule>;

export const importAdd = importer("Add");
export const importSub = importer("Sub");
export const importMul = importer("Mul");
export const importDiv = importer("Div");

function importer(operator: keyof typeof rules): OperatorImporter {
  const rule: Rule = rules[operator];
  return (operation) => {
    const [a, b] = [valueInput(operation, 0), valueInput(operation, 1)];
    if (a.kind === "constant" && b.kind === "constant") {
      return combineConstants(a, b, rule.fold, operation.node);
    }
    if (a.kind === "constant") return byConstant(operation, 1, 0, rule.left);
    if (b.kind === "constant") return byConstant(operation, 0, 1, rule.right);
    const inputs = [activationInput(operation, 0), activationInput(operation, 1)];
    if (operator !== "Add") throw twoActivations(operator);
    return emit(operation, inputs, { type: "Add" });
  };
}

function byConstant(
  operation: Operation,
  data: number,
  other: number,
  rule: Rule["right"] | null,
): Activation {
  const input = activationInput(operation, data);
  const constant = weightsInput(operation, other);
  if (!rule) throw new Refusal("it divides by an activation", "train the network without the division");
  const values = channelValues(constant, input);
  const pairs = [...values].map(rule);
  const scale = Float64Array.from(pairs, ([factor]) => factor);
  const shift = Float64Array.from(pairs, ([, summand]) => summand);
  if (!scale.every(Number.isFinite)) throw new Refusal(`it divides by a zero in ${constant.name}`);
  const bias = scale.every((factor) => factor === 1) ? shift : null;
  if (bias && joinsBias(operation, input, data, bias)) return input;
  return emit(operation, [input], { type: "Normalization", scale, shift });
}

/** A bias may be put into the linear node that makes `input`, where nobody else sees that node's output. */
function joinsBias(operation: Operation, input: Activation, index: number, bias: FloatArray): boolean {
  const node = operation.builder.nodes.get(input.node);
  if ((node?.type !== "Affine" && node?.type !== "Conv2d") || operation.usesOf(index) !== 1) return false;
  const rows = node.weight.shape[0];
  addBias(operation.builder, node.name, bias.length === rows ? bias : new Float64Array(rows).fill(bias[0]));
  return true;
}

function twoActivations(operator: "Sub" | "Mul" | "Div"): Refusal {
  if (operator === "Sub") {
    return new Refusal(
      "it subtracts one activation from another",
      "add instead: a sign can be trained into the weights",
    );
  }
  const gate =
    operator === "Mul" ? "multiplies two activations (a gate)" : "divides one activation by another";
  return new Refusal(
    `it ${gate}`,
    "spiking neurons add their inputs: train the network without the gate or division",
  );
}
