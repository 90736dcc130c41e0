/**
 * What a chip takes away: each ability that its rules lack and a converted network would use, what is done instead, and what
 * the rules would be with it. Lowering anew with one ability given back says what its lack costs.
 */
import type { Graph } from "../graph/graph.ts";
import type { NumericRules } from "../target/rules.ts";

export interface GivenUp {
  /** The ability that is missing. */
  readonly what: string;
  readonly instead: string;
  /** The rules of a chip that has it. */
  readonly restored: NumericRules;
}

/** Membranes of this width hold what converted networks need (docs/conversion.md). */
const wide = { low: -(2 ** 31), high: 2 ** 31 - 1 };
const enoughState = 2 ** 21;
const everyNeuron = { ...wide, granularity: "neuron" } as const;

type Ability = (rules: NumericRules, graph: Graph) => GivenUp | null;

const bias: Ability = (rules) =>
  rules.bias !== null
    ? null
    : {
        what: "biases",
        instead: "one always-on neuron a layer, whose weights are the biases: no larger than a weight",
        restored: { ...rules, bias: everyNeuron },
      };

const vInit: Ability = (rules) =>
  rules.vInit !== null
    ? null
    : {
        what: "starting membranes",
        instead: "half a threshold spread over the run as bias",
        restored: { ...rules, vInit: everyNeuron },
      };

const ownThresholds: Ability = (rules) =>
  rules.threshold.granularity !== "population"
    ? null
    : {
        what: "thresholds of channels and neurons",
        instead: "one a layer, smaller weights where a spike is worth less",
        restored: { ...rules, threshold: { ...rules.threshold, granularity: "neuron" } },
      };

const subtraction: Ability = (rules) =>
  rules.reset.includes("subtract")
    ? null
    : {
        what: "reset by subtraction",
        instead: "reset to zero, for whose lost charge thresholds and spike values make up",
        // What v > threshold leaves after a subtraction is one off: such a reset goes with v >= threshold.
        restored: { ...rules, reset: ["subtract", ...rules.reset], compare: ["ge"] },
      };

const wideState: Ability = (rules) =>
  Math.min(rules.state.high, -rules.state.low) >= enoughState
    ? null
    : {
        what: "wide membranes",
        instead: `weights scaled down until membranes stay within ${rules.state.low} .. ${rules.state.high}`,
        restored: {
          ...rules,
          state: { ...rules.state, ...wide },
          threshold: { ...rules.threshold, high: wide.high },
          vInit: rules.vInit === null ? null : { ...rules.vInit, ...wide },
        },
      };

const membraneReadout: Ability = (rules) =>
  rules.readouts.includes("membrane")
    ? null
    : {
        what: "membranes to read",
        instead: "spike counts, with one threshold and one offset for all classes",
        restored: { ...rules, readouts: ["membrane", ...rules.readouts] },
      };

const analogInput: Ability = (rules) =>
  rules.inputs.includes("analog")
    ? null
    : {
        what: "analog input",
        instead: "values as spikes of an integrate-and-fire encoder",
        restored: { ...rules, inputs: ["analog", ...rules.inputs] },
      };

const countingPool: Ability = (rules, { nodes }) =>
  (rules.populations?.includes("maxCount") ?? false) || nodes.every(({ type }) => type !== "MaxPool2d")
    ? null
    : {
        what: "a maximum of rates",
        instead: "MaxPool as neurons that inhibit each other, or as an OR of spikes",
        restored: { ...rules, populations: ["integrateAndFire", "maxCount"] },
      };

const lastingState: Ability = (rules) =>
  rules.decay.includes("none") || rules.neurons?.shifts === undefined
    ? null
    : {
        what: "membranes that keep all of themselves",
        instead: "the smallest leak, behind a trace that hands input on within few steps",
        restored: {
          ...rules,
          decay: ["none", ...rules.decay],
          neurons: { ...rules.neurons, synapse: ["none", ...rules.neurons.synapse] },
        },
      };

const abilities: readonly Ability[] = [
  bias,
  vInit,
  ownThresholds,
  subtraction,
  lastingState,
  wideState,
  membraneReadout,
  analogInput,
  countingPool,
];

/** Everything that the rules take from a converted network; empty for the generic chip. */
export function givenUp(rules: NumericRules, graph: Graph): GivenUp[] {
  return abilities.map((ability) => ability(rules, graph)).filter((found) => found !== null);
}
