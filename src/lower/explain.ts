/** What was chosen for a layer and why, in words: `convert --explain`. */
import type { Trial } from "./calibrate/trial.ts";
import type { Choice, LayerExplanation } from "./explanation.ts";
import type { MaxPoolActivation, OutputActivation, ReluActivation } from "./folded.ts";
import { type Method, type Recipe, spikePool } from "./recipe.ts";
import type { UnitScales } from "./unit-scales.ts";

/** How thresholds, membranes and biases were chosen after lambda: tried out, corrected in the mean, or not at all. */
export type Refinement = "search" | "mean" | "none";

const methodTexts: { readonly [Kind in Method["kind"]]: string } = {
  search: "least squared error of the counts",
  mse: "least squared error of the counts",
  percentile: "a percentile of the activations",
  max: "the largest activation",
};

const refinementTexts: Readonly<Record<Refinement, string>> = {
  search: "all tried out on the currents that the layer really gets, kept where the squared error fell",
  mean: "biases moved by what the rates lack in the mean; a search over single neurons would overfit",
  none: "not corrected: --no-bias-correct",
};

/** "5" or "3 .. 8". */
function span(values: readonly number[], digits = 0): string {
  const low = values.reduce((least, value) => Math.min(least, value)).toFixed(digits);
  const high = values.reduce((most, value) => Math.max(most, value)).toFixed(digits);
  return low === high ? low : `${low} .. ${high}`;
}

function share(part: number, whole: number): string {
  return `${part} of ${whole}`;
}

export interface ReluFacts {
  readonly bits: number;
  /** Share of the least squares' change of the weights that was made (refit-weights.ts); 0: none. */
  readonly refit: number;
  /** Whether weights were rounded on the moments of what they meet. */
  readonly together: boolean;
  readonly scales: UnitScales;
  readonly trials: readonly { readonly start: Trial; readonly chosen: Trial }[];
  readonly refinement: Refinement;
  /** The pool that alone follows. */
  readonly pool: string | null;
}

/** By how much the refinement changed the squared error of the rates, in percent. */
function errorChange(trials: ReluFacts["trials"]): string {
  const before = trials.reduce((sum, { start }) => sum + start.error, 0);
  const after = trials.reduce((sum, { chosen }) => sum + chosen.error, 0);
  return before === 0 ? "error 0" : `squared error ${(100 * (after / before - 1)).toFixed(1)} %`;
}

function thresholdChoice(facts: ReluFacts, { method, scales }: Recipe, flat: boolean): Choice {
  const { trials, pool, scales: chosen } = facts;
  const moved = trials.filter(
    ({ start, chosen: end }) => start.firing.threshold !== end.firing.threshold,
  ).length;
  const on = pool === null ? "" : ` on what comes out of ${pool}`;
  const each = flat || scales === "layer" ? "one lambda for the layer" : "a lambda for each channel";
  const common =
    chosen.common === null ? "" : "; one threshold for all, smaller weights where a spike is worth less";
  return {
    what: "threshold",
    value: span(trials.map(({ chosen: { firing } }) => firing.threshold)),
    why: `${methodTexts[method.kind]}${on}, ${each}${common}; ${share(moved, trials.length)} moved by the search`,
  };
}

function weightReason(bits: number, together: boolean): string {
  if (together) return "rounded together, so that errors cancel in the currents that the layer really gets";
  return bits > 4
    ? "the largest weight of a unit fills the range"
    : "clipped where that lowers the squared error";
}

function refitChoices(part: number): Choice[] {
  if (part === 0) return [];
  const why =
    "least squares on the rates that the layer really gets, as far as the other half of the samples confirms it";
  return [{ what: "refit", value: `${Math.round(100 * part)} % of the change`, why }];
}

function copyChoices(copies: number): Choice[] {
  if (copies === 1) return [];
  const why = `asked for: each has ${copies} times the threshold named here, and they start one of it apart`;
  return [{ what: "copies", value: `${copies} neurons an activation`, why }];
}

/** trials: start and end of every unit. */
export function explainRelu(activation: ReluActivation, recipe: Recipe, facts: ReluFacts): LayerExplanation {
  const { bits, together, scales, trials, refinement } = facts;
  const firings = trials.map(({ chosen }) => chosen.firing);
  const moved = trials.filter(({ start, chosen }) => start.firing.bias !== chosen.firing.bias).length;
  const choices: Choice[] = [
    {
      what: "weights",
      value: `${bits} bits, times ${span([...scales.factors], 2)}`,
      why: weightReason(bits, together),
    },
    ...refitChoices(facts.refit),
    ...copyChoices(recipe.copies),
    thresholdChoice(facts, recipe, activation.shape.length === 1),
    {
      what: "spike value",
      value: span(
        trials.map(({ chosen }) => chosen.spikeValue),
        4,
      ),
      why: recipe.method.kind === "search" ? "fitted to what the neurons do" : "threshold / weight factor",
    },
    {
      what: "vInit",
      value: span(
        firings.map(({ threshold, vInit }) => vInit / threshold),
        2,
      ),
      why: "in thresholds; half of one makes counts round instead of floor",
    },
    {
      what: "bias",
      value: `${span(firings.map(({ bias }) => bias))} added`,
      why: `${share(moved, trials.length)} moved; ${refinementTexts[refinement]}: ${errorChange(trials)}`,
    },
  ];
  if (activation.maximum !== null)
    choices.push({
      what: "bound",
      value: String(activation.maximum),
      why: "one spike a step clips there: no threshold is higher",
    });
  if (activation.inWindow !== undefined)
    choices.push({
      what: "pool",
      value: `inhibited by ${activation.inWindow.earlier.length} before it`,
      why: "stands for what its place in the window adds to the largest value so far",
    });
  return { layer: activation.name, choices };
}

export function explainPool(activation: MaxPoolActivation, recipe: Recipe): LayerExplanation {
  const maxPool = spikePool(recipe);
  const value = maxPool === "or" ? "OR of the window's spikes" : "growth of the largest count";
  const why =
    maxPool === "or"
      ? "plain neurons suffice; trains that do not coincide count twice, for which thresholds in front were chosen"
      : "the target has populations that count: exact in rate";
  return { layer: activation.name, choices: [{ what: "pool", value, why }] };
}

/** refit: as in `ReluFacts`. */
export function explainOutput(activation: OutputActivation, read: string, refit: number): LayerExplanation {
  const whys: Readonly<Record<string, string>> = {
    membrane: "the target shows membranes: the layer only integrates, nothing is rounded to spikes",
    count:
      "only spikes are read: one threshold and one offset for all classes, chosen so that counts tell them apart",
    "count+v": "counts, and membranes where counts are equal",
  };
  const choices = [...refitChoices(refit), { what: "readout", value: read, why: whys[read] }];
  return { layer: activation.name, choices };
}
