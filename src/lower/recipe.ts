/**
 * The choices of a conversion that a user may make, and what is chosen where nobody does. The defaults are what loses least
 * on the sample networks (docs/conversion.md); the others are there to compare with, and for chips that need them.
 */
import { SpikecError } from "../errors/error.ts";
import type { NumericRules } from "../target/rules.ts";
import type { PoolKind } from "./calibrate/pool.ts";
import { checkCopies } from "./copies.ts";

/** How a spike's worth (lambda, and with it the threshold) is chosen. */
export type Method =
  /** Least squared error, then simulation in the loop. */
  | { readonly kind: "search" }
  /** Least squared error of the rounded counts. */
  | { readonly kind: "mse" }
  /** The activation that `percent` percent of all stay below. */
  | { readonly kind: "percentile"; readonly percent: number }
  /** The largest activation seen. */
  | { readonly kind: "max" };

export interface Recipe {
  readonly method: Method;
  /** Whether the channels of a map get thresholds and weight scales of their own, or share one of each a layer. */
  readonly scales: "channel" | "layer";
  /** Where membranes start, as a share of the threshold; the search moves it. */
  readonly vInit: number;
  /** Whether biases are moved by what the rates lack in the mean. */
  readonly biasCorrection: boolean;
  readonly reset: "subtract" | "zero";
  readonly maxPool: MaxPoolKind;
  /** Neurons that stand for one activation, each with its own share of the levels (copies.ts). */
  readonly copies: number;
}

/** What stands for a MaxPool. count: a population that counts. inhibit: neurons that inhibit each other. or: a spike where any in the window fires. */
export type MaxPoolKind = "count" | "inhibit" | "or";

/** A recipe as asked for: what is left out gets its default. */
export type RecipeOptions = { readonly [Choice in keyof Recipe]?: Recipe[Choice] | undefined };

/** Without the choices that were left undefined, so that others can be laid under it. */
export function definedOnly(asked: RecipeOptions): RecipeOptions {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
}

function refuse(asked: string, has: string): never {
  throw new SpikecError("SPK-0305", `${asked} was asked for, and the target has ${has}`);
}

/** What a pool that is still one makes of spikes: windows that reach over the border are not taken apart. */
export function spikePool({ maxPool }: Recipe): PoolKind {
  return maxPool === "count" ? "count" : "or";
}

/** Whether populations of kind maxCount may be made. */
export function hasCountPool(rules: NumericRules): boolean {
  return rules.populations?.includes("maxCount") ?? false;
}

/**
 * Whether a MaxPool is best taken apart into neurons that inhibit each other: each stands for the rest of an activation, which a
 * reset to zero would lose, and on chips that take a step for each synapse a window would take as many as it has neurons.
 */
function inhibitsWell(reset: Recipe["reset"], rules: NumericRules): boolean {
  const { weights, accumulate, maxSpikes, delay } = rules;
  return (
    reset === "subtract" && weights.signed && accumulate !== "event" && maxSpikes === 1 && delay.low === 0
  );
}

function defaultMaxPool(rules: NumericRules, reset: Recipe["reset"]): MaxPoolKind {
  if (hasCountPool(rules)) return "count";
  return inhibitsWell(reset, rules) ? "inhibit" : "or";
}

/** Timesteps up to which the neurons of a window tell more than its count: two networks, docs/conversion.md, MaxPool. */
const mostStepsToInhibit = 3;

/**
 * Whether pools that nobody chose a kind for are better taken apart, although the target counts: a window of few steps has few
 * counts, but several neurons, each of which aims at what those before it left.
 */
export function inhibitsInFewSteps(
  asked: RecipeOptions,
  { maxPool, method, reset }: Recipe,
  rules: NumericRules,
  timesteps: number,
): boolean {
  if (asked.maxPool !== undefined || maxPool !== "count" || method.kind !== "search") return false;
  return timesteps <= mostStepsToInhibit && inhibitsWell(reset, rules);
}

/** The whole recipe for a target. Throws SPK-0305 where it was asked for something that the target lacks. */
export function completeRecipe(asked: RecipeOptions, rules: NumericRules): Recipe {
  const reset = asked.reset ?? (rules.reset.includes("subtract") ? "subtract" : "zero");
  if (!rules.reset.includes(reset)) refuse(`reset ${reset}`, rules.reset.join(", "));
  const maxPool = asked.maxPool ?? defaultMaxPool(rules, reset);
  if (maxPool === "count" && !hasCountPool(rules))
    refuse("a MaxPool that counts", "none: it can only OR spikes, or let neurons inhibit each other");
  const vInit = rules.vInit === null ? 0 : (asked.vInit ?? 0.5);
  if (!(vInit >= 0 && vInit <= 1))
    throw new SpikecError("SPK-0002", `membranes start at 0 to 1 thresholds, not at ${vInit}`);
  const copies = asked.copies ?? 1;
  checkCopies(copies, reset, rules);
  return {
    method: asked.method ?? { kind: "search" },
    scales: asked.scales ?? "channel",
    vInit,
    biasCorrection: asked.biasCorrection ?? true,
    reset,
    maxPool,
    copies,
  };
}
