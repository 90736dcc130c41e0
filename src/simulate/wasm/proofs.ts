/**
 * What can happen in a network at most: spikes of a neuron in a step, weighted input of a step, membranes. Layer by layer,
 * since the spikes of one bound the input of the next; feedback is taken at the population's own limit.
 */
import { beyondPlain } from "../../network/law-extent.ts";
import {
  type Input,
  type IntegrateAndFirePopulation,
  isIntegrateAndFire,
  type Law,
  type Network,
  type Population,
  type Projection,
  plainLaw,
} from "../../network/network.ts";
import { inputBounds } from "./bounds.ts";
import type { Choice } from "./choose.ts";
import { Uncovered } from "./uncovered.ts";
import { type Interval, type StateBounds, stateBounds, sumOf } from "./widths.ts";

export interface LayerProof {
  readonly law: Law;
  /** Weighted spikes of a step. */
  readonly sums: Interval;
  /** What the bias array holds: biases, or the q of an encoder. */
  readonly bias: Interval;
  /** The bias array is rewritten for every sample. analog: by products of 32 bits. */
  readonly driven: "no" | "encoder" | "analog";
  /** null: the membranes may grow beyond all use. */
  readonly state: StateBounds | null;
  readonly spikes: number;
}

/** Spikes of a neuron in a step, beyond which lists would be mostly repetition. */
const mostSpikes = 2 ** 12;

const zero: Interval = { low: 0, high: 0 };

/** q of a rate encoder, or of an analog input. */
function quantizedRange(input: Input): Interval {
  const { encoder, polarity } = input;
  if (encoder.kind === "spikes" || encoder.kind === "always") return { low: 0, high: 1 };
  const half = 2 ** (encoder.bits - 1);
  const range = encoder.signed ? { low: -half, high: half - 1 } : { low: 0, high: 2 * half - 1 };
  return polarity === "signed" ? { low: 0, high: Math.max(-range.low, range.high) } : range;
}

/** A rate encoder obeys the law: q is its bias, and it subtracts its threshold. */
function encoderProof(input: Input, steps: number): LayerProof | null {
  const { encoder } = input;
  if (encoder.kind === "current") throw new Uncovered(`'${input.name}' takes currents over time`);
  if (encoder.kind !== "rate") return null;
  const bias = quantizedRange(input);
  const law: Law = {
    ...plainLaw,
    threshold: Int32Array.of(encoder.threshold),
    vInit: Int32Array.of(encoder.initial),
  };
  return { law, sums: zero, bias, driven: "encoder", state: stateBounds(law, bias, steps), spikes: 1 };
}

/** All weights times the largest values, of either sign, that they may meet. */
function projectionBounds({ connection, pools }: Projection, { seen }: Choice, values: Interval): Interval {
  const window = pools.reduce((area, { kernel }) => area * kernel[0] * kernel[1], 1);
  const positive = inputBounds(connection, { ...seen, times: window * Math.max(1, values.high) });
  const negative = inputBounds(connection, { ...seen, times: window * -values.low });
  return {
    low: Math.min(positive.low, -negative.high, positive.low - negative.high),
    high: Math.max(positive.high, -negative.low, positive.high - negative.low),
  };
}

/** The population, if it is one that the engine's kernels compute. */
function covered(population: Population): IntegrateAndFirePopulation {
  if (!isIntegrateAndFire(population))
    throw new Uncovered(`'${population.name}' is of kind ${population.kind}`);
  const beyond = beyondPlain(population.law);
  if (beyond.length > 0) throw new Uncovered(`'${population.name}' has ${beyond.join(", ")}`);
  return population;
}

/** The population's own limit, for what hears it before its bounds are known. */
function declaredSpikes(population: Population): number {
  const { law, name } = covered(population);
  if (law.compare === "never") return 0;
  if (law.maxSpikes === 0) throw new Uncovered(`'${name}' feeds back any number of spikes a step`);
  return law.maxSpikes;
}

function populationProof(
  population: Population,
  into: readonly { bounds: Interval; analog: boolean }[],
  steps: number,
): LayerProof {
  const { name, law } = covered(population);
  const total = (analog: boolean) =>
    into
      .filter((incoming) => incoming.analog === analog)
      .reduce((sum, { bounds }) => sumOf(sum, bounds), zero);
  const sums = total(false);
  const bias = { low: Math.min(0, ...law.bias), high: Math.max(0, ...law.bias) };
  const driven = into.some(({ analog }) => analog) ? "analog" : "no";
  const state = stateBounds(law, sumOf(sumOf(sums, total(true)), bias), steps);
  const spikes = state?.spikes ?? 1;
  if (spikes > mostSpikes) throw new Uncovered(`'${name}' may spike more than ${mostSpikes} times in a step`);
  return { law, sums, bias, driven, state, spikes };
}

/** By layer: rate encoders and populations. steps: how long membranes may grow. */
export function proveNetwork(
  network: Network,
  choices: ReadonlyMap<string, Choice>,
  steps: number,
): Map<string, LayerProof> {
  const proofs = new Map<string, LayerProof>();
  const values = new Map(network.inputs.map((input) => [input.name, { low: 0, high: 1 }]));
  const analog = new Set<string>();
  for (const input of network.inputs) {
    if (input.encoder.kind === "analog") {
      analog.add(input.name);
      values.set(input.name, quantizedRange(input));
    }
    const proof = encoderProof(input, steps);
    if (proof !== null) proofs.set(input.name, proof);
  }
  const populations = new Map(network.populations.map((population) => [population.name, population]));
  for (const population of network.populations) {
    const into = network.projections
      .filter(({ target }) => target === population.name)
      .map((projection) => ({
        analog: analog.has(projection.source),
        bounds: projectionBounds(
          projection,
          choices.get(projection.name)!,
          values.get(projection.source) ?? {
            low: 0,
            high: declaredSpikes(populations.get(projection.source)!),
          },
        ),
      }));
    const proof = populationProof(population, into, steps);
    proofs.set(population.name, proof);
    values.set(population.name, { low: 0, high: proof.spikes });
  }
  return proofs;
}
