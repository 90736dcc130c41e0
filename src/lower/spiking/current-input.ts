/**
 * Pass: the step in which currents of the input are counted. It is as fine as the membranes that it drives, a threshold
 * being about 2^fractionBits steps; but where spikes of few bits a weight drive the same neurons, it is no finer than one
 * integer of theirs, since both are added up.
 */
import type { Encoder } from "../../network/network.ts";
import type { Drive } from "../linear-form.ts";
import type { FoldedPopulation, FoldedSpiking } from "./folded-network.ts";
import { valueAt } from "./neuron-form.ts";
import { bitsOfDrives } from "./node-quantization.ts";
import type { SpikingLoweringOptions } from "./options.ts";

/** Of a current whose range is not known. */
const usualBits = 24;
const mostBits = 31;
/** Currents whose range is not known are taken to be up to so many times those that reach a threshold at once. */
const usualReach = 4;
/** What the largest weight of a current is at least, in integers. */
const weightedSteps = 16;

export interface CurrentInput {
  readonly encoder: Encoder & { readonly kind: "current" };
  /** The most that one event carries, as far as is known, in integers. */
  readonly peak: number;
}

/** folded: with currents in units of 1. largest: of all currents, in magnitude; null: not known. */
export function currentInput(
  folded: FoldedSpiking,
  largest: number | null,
  options: SpikingLoweringOptions,
): CurrentInput {
  const { profile } = options;
  const driven = folded.populations.filter(({ drives }) => drives.some(isInput));
  const isInputOnly = ({ drives }: FoldedPopulation) => drives.every(isInput);
  function isInput({ source }: Drive): boolean {
    return source === folded.input.name;
  }
  const fine = Math.min(...driven.map((population) => fineStep(population, isInput)));
  const coarse = driven.filter((one) => !isInputOnly(one)).map((one) => coarseStep(one, isInput, options));
  const finest = Number.isFinite(fine) ? fine : (largest ?? 1);
  const scale = Math.max(powerBelow(finest) * 2 ** -profile.fractionBits, ...coarse.map(powerAbove));
  const bits =
    largest === null ? usualBits : 2 + Math.max(0, Math.ceil(Math.log2((largest + scale) / scale)));
  const encoder = {
    kind: "current",
    scale,
    zeroPoint: 0,
    bits: Math.min(mostBits, bits),
    signed: true,
  } as const;
  return { encoder, peak: (largest ?? usualReach * finest) / scale };
}

const powerBelow = (value: number) => 2 ** Math.floor(Math.log2(value));
const powerAbove = (value: number) => 2 ** Math.ceil(Math.log2(value));

/** The current that brings a neuron to its threshold in one step, at least. */
function fineStep({ form, drives }: FoldedPopulation, isInput: (drive: Drive) => boolean): number {
  if (form.firing === null) return Number.POSITIVE_INFINITY;
  const weight = largestOf(drives.filter(isInput));
  const { threshold } = form.firing;
  const neurons = Math.max(threshold.length, form.gain.length);
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < neurons; i++) {
    const [theta, gain] = [valueAt(threshold, i), Math.abs(valueAt(form.gain, i))];
    if (theta > 0 && gain > 0 && weight > 0) least = Math.min(least, theta / (gain * weight));
  }
  return least;
}

/**
 * The current that is worth one integer of the other weights; more, where it has weights of its own, which integers of 1 and 2
 * could not tell apart.
 */
function coarseStep(
  population: FoldedPopulation,
  isInput: (drive: Drive) => boolean,
  options: SpikingLoweringOptions,
): number {
  const { drives } = population;
  const bits = bitsOfDrives(population, options);
  const inputs = drives.filter(isInput);
  const own = largestOf(inputs);
  if (own === 0) return Number.MIN_VALUE;
  const isPlain = inputs.every(({ operator }) => operator.weights.every((weight) => weight === own));
  const steps = isPlain ? 1 : weightedSteps;
  const coarse = drives.map((drive, i) =>
    isInput(drive) ? 0 : (steps * largestOf([drive])) / ((2 ** (bits[i] - 1) - 1) * own),
  );
  return Math.max(Number.MIN_VALUE, ...coarse);
}

/** Whether currents and spikes reach the same neurons. */
export function mixesCurrents({ drives }: FoldedPopulation, input: string, encoder: Encoder): boolean {
  const fromInput = drives.filter(({ source }) => source === input).length;
  return encoder.kind === "current" && fromInput > 0 && fromInput < drives.length;
}

function largestOf(drives: readonly Drive[]): number {
  let largest = 0;
  for (const { operator } of drives)
    for (const weight of operator.weights) largest = Math.max(largest, Math.abs(weight));
  return largest;
}
