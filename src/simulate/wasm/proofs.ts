/**
 * What can happen in a network at most: spikes of a neuron in a step, weighted input of a step, membranes. Layer by layer,
 * since the spikes of one bound the input of the next; feedback is taken at the population's own limit. Bounds choose the
 * narrowest lanes; where there are none, doubles hold what the reference holds.
 */
import {
  type Input,
  type Law,
  type Network,
  type Population,
  type Projection,
  plainLaw,
  type SigmaDeltaPopulation,
} from "../../network/network.ts";
import { inputBounds } from "./bounds.ts";
import type { Choice } from "./choice.ts";
import {
  hull,
  type Interval,
  rangeOf,
  type StateBounds,
  stateBounds,
  sumOf,
  timesOf,
  zero,
} from "./widths.ts";

interface Common {
  /** Weighted spikes of a step. */
  readonly sums: Interval;
  /** What a neuron sends in a step: spikes, or a graded value. */
  readonly values: Interval;
  /** What comes in besides spikes: q of the encoder that this is, or an analog input's products of 32 bits. */
  readonly input: "spikes" | "encoder" | "analog";
}

export interface LawProof extends Common {
  readonly kind: "law";
  readonly law: Law;
  /** Spikes and currents, times 2^inputShift. */
  readonly weighted: Interval;
  /** null: the membranes have no bounds of any use. */
  readonly state: StateBounds | null;
  /** Taps of a count pool, which add up what they are sent. */
  readonly isTaps: boolean;
}

export interface SigmaDeltaProof extends Common {
  readonly kind: "sigmaDelta";
  readonly population: SigmaDeltaPopulation;
}

export type LayerProof = LawProof | SigmaDeltaProof;

const unbounded: Interval = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
const once: Interval = { low: 0, high: 1 };

/** The taps of a count pool add up what they are sent: neurons that only integrate. */
const tapLaw: Law = { ...plainLaw, compare: "never", reset: { kind: "none" } };

/** Inputs whose list is the same in every step. */
export function isAnalog({ encoder }: Input): boolean {
  return encoder.kind === "analog";
}

/** What a neuron of the input sends in a step. graded: the samples may hold counts, or any other whole numbers. */
function inputValues(input: Input, graded: boolean): Interval {
  const { encoder, polarity } = input;
  if (encoder.kind === "spikes") return graded ? unbounded : once;
  if (encoder.kind !== "analog" && encoder.kind !== "current") return once;
  return quantizedRange(encoder, polarity);
}

/** q of an encoder. */
function quantizedRange(
  { bits, signed }: { readonly bits: number; readonly signed: boolean },
  polarity: Input["polarity"],
): Interval {
  const half = 2 ** (bits - 1);
  const range = signed ? { low: -half, high: half - 1 } : { low: 0, high: 2 * half - 1 };
  return polarity === "signed" ? { low: 0, high: Math.max(-range.low, range.high) } : range;
}

/** A rate encoder obeys the law: q comes in at every step, and a spike subtracts its threshold. */
function encoderProof({ encoder, polarity }: Input, steps: number): LawProof | null {
  if (encoder.kind !== "rate") return null;
  const weighted = quantizedRange(encoder, polarity);
  const law: Law = {
    ...plainLaw,
    threshold: Int32Array.of(encoder.threshold),
    vInit: Int32Array.of(encoder.initial),
  };
  const state = stateBounds(law, { weighted, bias: zero }, steps);
  return { kind: "law", law, sums: zero, weighted, input: "encoder", state, isTaps: false, values: once };
}

/** All weights times the largest values, of either sign, that they may meet. */
function projectionBounds({ connection, pools }: Projection, { seen }: Choice, values: Interval): Interval {
  const window = pools.reduce((area, { kernel }) => area * kernel[0] * kernel[1], 1);
  const positive = inputBounds(connection, { ...seen, times: window * Math.max(1, values.high) });
  if (values.low >= 0) return positive;
  const negative = inputBounds(connection, { ...seen, times: window * -values.low });
  return { low: positive.low - negative.high, high: positive.high - negative.low };
}

/** The population's own limit, for what hears it before its bounds are known. */
function declaredValues(population: Population): Interval {
  if (population.kind === "sigmaDelta") return unbounded;
  if (population.kind === "maxCount") return { low: 0, high: unbounded.high };
  const { compare, maxSpikes } = population.law;
  if (compare === "never") return zero;
  return { low: 0, high: maxSpikes === 0 ? unbounded.high : maxSpikes };
}

interface IncomingBounds {
  readonly bounds: Interval;
  readonly analog: boolean;
}

function populationProof(population: Population, into: readonly IncomingBounds[], steps: number): LayerProof {
  const total = (analog: boolean) =>
    into.filter((one) => one.analog === analog).reduce((sum, { bounds }) => sumOf(sum, bounds), zero);
  const sums = total(false);
  const input = into.some(({ analog }) => analog) ? "analog" : "spikes";
  if (population.kind === "sigmaDelta")
    return { kind: "sigmaDelta", population, sums, input, values: unbounded };
  const law = population.kind === "maxCount" ? tapLaw : population.law;
  const weighted = timesOf(hull(sumOf(sums, total(true)), zero), 2 ** law.inputShift);
  const bias = hull(rangeOf(law.bias), zero);
  const state = stateBounds(law, { weighted, bias }, steps);
  const declared = declaredValues(population);
  // A window's maximum grows by no more than its taps do.
  const most =
    population.kind === "maxCount" ? Math.max(0, weighted.high) : (state?.spikes ?? unbounded.high);
  const values = { low: 0, high: Math.min(declared.high, most) };
  return { kind: "law", law, sums, weighted, input, state, isTaps: population.kind === "maxCount", values };
}

export interface Proofs {
  /** By layer: rate encoders and populations. */
  readonly layers: ReadonlyMap<string, LayerProof>;
  /** What a neuron sends in a step, by input and population. */
  readonly values: ReadonlyMap<string, Interval>;
}

/** steps: how long membranes may grow. graded: samples of spikes may hold counts. */
export function proveNetwork(
  network: Network,
  choices: ReadonlyMap<string, Choice>,
  { steps, graded }: { readonly steps: number; readonly graded: boolean },
): Proofs {
  const layers = new Map<string, LayerProof>();
  const values = new Map(network.inputs.map((input) => [input.name, inputValues(input, graded)]));
  const analog = new Set(network.inputs.filter(isAnalog).map(({ name }) => name));
  for (const input of network.inputs) {
    const proof = encoderProof(input, steps);
    if (proof !== null) layers.set(input.name, proof);
  }
  const populations = new Map(network.populations.map((population) => [population.name, population]));
  const sentBy = (name: string) => values.get(name) ?? declaredValues(populations.get(name)!);
  for (const population of network.populations) {
    const into = network.projections
      .filter(({ target }) => target === population.name)
      .map((projection) => ({
        analog: analog.has(projection.source),
        bounds: projectionBounds(projection, choices.get(projection.name)!, sentBy(projection.source)),
      }));
    const proof = populationProof(population, into, steps);
    layers.set(population.name, proof);
    values.set(population.name, proof.values);
  }
  return { layers, values };
}
