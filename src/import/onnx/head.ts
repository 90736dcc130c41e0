/**
 * The function after the logits. Softmax, LogSoftmax and Sigmoid do not change which class is largest, so at the very
 * end they are taken off, and comparisons are made on logits.
 */
import type { Head, Note } from "../../graph/graph.ts";
import { integerAttribute, type OnnxNode } from "./node.ts";
import { Refusal } from "./refusal.ts";
import type { Activation } from "./values.ts";

const heads: ReadonlyMap<string, Head> = new Map([
  ["Softmax", "softmax"],
  ["LogSoftmax", "logSoftmax"],
  ["Sigmoid", "sigmoid"],
]);
/** What exporters put after a head, and what changes nothing there. */
const transparent = new Set(["Identity", "Dropout", "Cast"]);

export interface TakenHead {
  readonly head: Head;
  readonly node: OnnxNode;
  /** The value that the head was applied to: the logits. */
  readonly logits: string;
}

/** The head that makes `output`, or null where the network ends in its logits. */
export function findHead(nodes: readonly OnnxNode[], output: string): TakenHead | null {
  const makers = new Map(nodes.map((node) => [node.outputs[0], node]));
  let node = makers.get(output);
  while (node && transparent.has(node.operator)) node = makers.get(node.inputs[0] ?? "");
  const head = node && heads.get(node.operator);
  const logits = node?.inputs[0];
  return node && head && logits ? { head, node, logits } : null;
}

/** @throws Refusal for a Softmax over anything but the classes, the first axis of a sample. */
export function checkHead({ head, node }: TakenHead, logits: Activation, opset: number): void {
  if (head === "sigmoid") return;
  // https://onnx.ai/onnx/operators/onnx__Softmax.html: the default is 1 before opset 13, -1 since.
  const axis = integerAttribute(node, "axis", opset < 13 ? 1 : -1);
  const rank = logits.shape.length + 1;
  if ((axis < 0 ? axis + rank : axis) !== 1) {
    throw new Refusal(`it normalises along axis ${axis}, which is not the classes`, "apply it along axis 1");
  }
}

export function headNote({ head, node }: TakenHead): Note {
  const decision =
    head === "sigmoid" ? "; the threshold of 0.5 is a logit of 0" : ", whose argmax is the same";
  return {
    level: "info",
    where: node.name,
    text: `the final ${node.operator} is taken off: spikec gives and compares logits${decision}`,
  };
}
