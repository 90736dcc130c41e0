/** Six synthetic chips: the generic one, each with something taken away. */
import type { NumericRules } from "../../src/target/rules.ts";
import { chip as generic } from "../../targets/generic/chip.ts";

const { rules } = generic;
const twelveBits = { low: -2048, high: 2047 } as const;

export interface SyntheticChip {
  readonly name: string;
  readonly rules: NumericRules;
  /** Abilities that the report must name as given up. */
  readonly lacks: readonly string[];
  /** Points that a sample network may lose at T = 32. */
  readonly bar: number;
}

export const chips: readonly SyntheticChip[] = [
  { name: "no vInit", rules: { ...rules, vInit: null }, lacks: ["starting membranes"], bar: 1.5 },
  {
    name: "one threshold a layer",
    rules: { ...rules, threshold: { ...rules.threshold, granularity: "population" } },
    lacks: ["thresholds of channels and neurons"],
    bar: 1.5,
  },
  { name: "no bias", rules: { ...rules, bias: null }, lacks: ["biases"], bar: 1.5 },
  { name: "hard reset", rules: { ...rules, reset: ["zero"] }, lacks: ["reset by subtraction"], bar: 2.5 },
  {
    name: "12-bit state",
    rules: {
      ...rules,
      state: { ...twelveBits, overflow: "saturate" },
      threshold: { low: 1, high: twelveBits.high, granularity: "neuron" },
      vInit: { ...twelveBits, granularity: "neuron" },
      bias: { ...twelveBits, granularity: "neuron" },
    },
    lacks: ["wide membranes"],
    bar: 1.5,
  },
  {
    name: "count readout on spike input",
    rules: { ...rules, inputs: ["rate", "spikes"], readouts: ["count"] },
    lacks: ["membranes to read", "analog input"],
    bar: 1.5,
  },
];
