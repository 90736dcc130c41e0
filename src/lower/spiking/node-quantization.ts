/**
 * What nodes say of their own integers (graph/spiking-quantization.ts), which goes before the options of the lowering: bits of
 * weights, projection by projection; one scale for a layer or one a channel; bits in which a state saturates.
 *
 * All that reaches a population counts in its membrane's unit, so that one layer with one scale gives all layers beside it
 * one, too.
 */
import type { Note } from "../../graph/graph.ts";
import type { SpikingNode } from "../../graph/spiking.ts";
import type { WeightQuantization } from "../../graph/spiking-quantization.ts";
import type { Law } from "../../network/law.ts";
import type { NumericRules } from "../../target/rules.ts";
import type { Drive, LinearValue } from "../linear-form.ts";
import type { FoldedPopulation, FoldedSpiking } from "./folded-network.ts";
import type { NeuronForm } from "./neuron-form.ts";
import type { SpikingLoweringOptions } from "./options.ts";
import { refusal } from "./refusal.ts";

/** A membrane reaches this many thresholds, to both sides, before it saturates: 2^2. */
const headroomBits = 2;

/** Weights that are multiplied together take the fewest bits that one of them asks for, and the scale of the last. */
export function withQuantization(value: LinearValue, node: SpikingNode): LinearValue {
  if (!("weight" in node) || node.quantization === undefined) return value;
  const { bits, scale } = node.quantization;
  const drives = value.drives.map((drive): Drive => {
    const { quantization: before } = drive;
    const fewest = Math.min(bits ?? Number.POSITIVE_INFINITY, before?.bits ?? Number.POSITIVE_INFINITY);
    const own = Number.isFinite(fewest) ? { bits: fewest } : {};
    return { ...drive, quantization: { ...own, scale: scale ?? before?.scale } };
  });
  return { ...value, drives };
}

/** Bits of the weights of each drive. */
export function bitsOfDrives(
  { drives }: FoldedPopulation,
  { weightBits, rules }: SpikingLoweringOptions,
): number[] {
  return drives.map(({ quantization }) => Math.min(quantization?.bits ?? weightBits, rules.weights.bits));
}

/** @throws SpikecError SPK-0306 where nodes in front of the same neurons ask for both */
export function scaleOf(
  { drives, form }: FoldedPopulation,
  usual: WeightQuantization["scale"] & string,
): "channel" | "layer" {
  const asked = new Set(drives.flatMap(({ quantization }) => quantization?.scale ?? []));
  if (asked.size < 2) return [...asked][0] ?? usual;
  throw refusal(
    form.node,
    "the weights in front of it ask for one scale a layer and for one a channel, and their sum has one unit",
    "Give them the same scale in quant.",
  );
}

/** Bits of the neuron's states, or null. */
export function stateBitsOf({ node }: Pick<NeuronForm, "node">): number | null {
  return "vInit" in node ? (node.quantization?.stateBits ?? null) : null;
}

/** The rules as they are for neurons whose states have bits of their own, on chips that have such. */
export function rulesWithin(form: NeuronForm, rules: NumericRules): NumericRules {
  const bits = stateBitsOf(form);
  if (bits === null || rules.neurons?.narrowStates !== true) return rules;
  const { state, threshold } = rules;
  const low = Math.max(state.low, -(2 ** (bits - 1)));
  const high = Math.min(state.high, 2 ** (bits - 1) - 1);
  const largest = Math.min(threshold.high, 2 ** (bits - 1 - headroomBits));
  return {
    ...rules,
    state: { low, high, overflow: "saturate" },
    threshold: { ...threshold, high: largest },
  };
}

/** What would lie outside of the states' own bits from the start. @throws SpikecError SPK-0306 */
export function refuseOutside(form: NeuronForm, { threshold, vInit, reset, overflowV }: Law): void {
  const bits = stateBitsOf(form);
  if (bits === null || overflowV === null) return;
  const values: readonly (readonly [string, Int32Array])[] = [
    ["threshold", form.firing === null ? new Int32Array(0) : threshold],
    ["start", vInit],
    ["reset", reset.kind === "zero" ? reset.value : new Int32Array(0)],
  ];
  for (const [what, integers] of values) {
    const outside = integers.find((value) => value < overflowV.low || value > overflowV.high);
    if (outside === undefined) continue;
    throw refusal(
      form.node,
      `its ${what} is ${outside} integers, and a state of ${bits} bits ends at ${overflowV.low} and ${overflowV.high}`,
      "Give it more state_bits.",
    );
  }
}

/** What of it was done, and, as warnings, what the chip has no place for. */
export function quantizationNotes({ populations }: FoldedSpiking, rules: NumericRules): Note[] {
  return populations.flatMap((population) => [
    ...weightNotes(population, rules),
    ...stateNotes(population, rules),
  ]);
}

function weightNotes({ name, drives }: FoldedPopulation, { weights }: NumericRules): Note[] {
  return drives.flatMap(({ source, quantization }): Note[] => {
    if (quantization === undefined) return [];
    const { bits, scale } = quantization;
    const words = [
      ...(bits === undefined ? [] : [`${Math.min(bits, weights.bits)} bits`]),
      ...(scale === undefined ? [] : [`one scale a ${scale}`]),
    ];
    const text = `the weights from ${source} by their own quant: ${words.join(", ")}`;
    const note: Note = { level: "info", where: name, text };
    if (bits === undefined || bits <= weights.bits) return [note];
    const less = `the weights from ${source} ask for ${bits} bits, and the chip has ${weights.bits}`;
    return [note, { level: "warning", where: name, text: less }];
  });
}

function stateNotes({ name, form }: FoldedPopulation, rules: NumericRules): Note[] {
  const bits = stateBitsOf(form);
  if (bits === null) return [];
  const { low, high } = rulesWithin(form, rules).state;
  if (low === -(2 ** (bits - 1)) && high === 2 ** (bits - 1) - 1)
    return [
      {
        level: "info",
        where: name,
        text: `states of ${bits} bits by its own quant: they saturate at ${low} and ${high}`,
      },
    ];
  const text = `it asks for states of ${bits} bits, and has those of the chip`;
  return [{ level: "warning", where: name, text }];
}

/** For a chip's own quantizer, which chooses by itself. */
export function asideNotes({ populations }: FoldedSpiking): Note[] {
  return populations.flatMap(({ name, form, drives }): Note[] => {
    if (stateBitsOf(form) === null && drives.every(({ quantization }) => quantization === undefined))
      return [];
    const text = "what quant says of it is left aside: the chip's quantizer chooses its integers";
    return [{ level: "warning", where: name, text }];
  });
}
