/**
 * The stages between a float network and its spikes, each adding one loss to those before it:
 *
 *   original    the float network
 *   integers    weights and input values are the integers of the network, times their unit; biases are floats
 *   saturated   activations are cut at what a spike in every step stands for: min(x, lambda)
 *   levels      activations take T levels: lambda / T clip(floor(x T / lambda + 1/2), 0, T)
 *   steps       the network as it runs: spikes, thresholds, starting membranes, corrected biases and refit weights over T steps
 *
 * All but the last compute values; lambda is the population's spikeValue. An input that spikes has the same stages.
 */
import type { Network, Population } from "../../network/network.ts";
import { normalizeSample, quantizeValue } from "../../simulate/encode.ts";
import type { PairedLayer, PairedNetwork } from "./pair-layers.ts";

export const stages = ["original", "integers", "saturated", "levels", "steps"] as const;
export type Stage = (typeof stages)[number];
/** Stages that compute with values. */
export type ValueStage = Exclude<Stage, "steps">;

const isCut = (stage: ValueStage) => stage === "saturated" || stage === "levels";

/** Spikes a step at most; a count of a pool is bounded by what it pools. */
function mostSpikes(population: Population): number {
  if (population.kind !== "integrateAndFire" || population.law.maxSpikes === 0)
    return Number.POSITIVE_INFINITY;
  return population.law.maxSpikes;
}

/** An activation x >= 0 in spikes a step, cut and in levels where the stage says so. */
function spikesOf(rate: number, most: number, timesteps: number, stage: ValueStage): number {
  if (!isCut(stage)) return rate;
  const cut = Math.min(most, Math.max(0, rate));
  return stage === "saturated"
    ? cut
    : Math.min(most * timesteps, Math.floor(cut * timesteps + 0.5)) / timesteps;
}

/** Values before the non-linearity become a layer's activations, in place. */
export function activate(
  layer: PairedLayer,
  network: Network,
  stage: ValueStage,
  values: Float64Array,
): void {
  const { activation, population, spikeValue } = layer;
  const { timesteps, readout } = network;
  const most = mostSpikes(population);
  if (activation.kind === "output") {
    // A membrane takes any value; a count has levels, between none and all.
    if (readout.read !== "count" || !isCut(stage)) return;
    for (let i = 0; i < values.length; i++) {
      const rate = (values[i] * timesteps - readout.offset) / (readout.scale * timesteps);
      values[i] = spikesOf(rate, most, timesteps, stage) * readout.scale + readout.offset / timesteps;
    }
    return;
  }
  const maximum =
    activation.kind === "relu" ? (activation.maximum ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = Math.min(maximum, Math.max(0, values[i]));
    const worth = spikeValue[i];
    values[i] = isCut(stage)
      ? worth > 0
        ? spikesOf(value / worth, most, timesteps, stage) * worth
        : 0
      : value;
  }
}

/** A sample, normalized, as the stage sees it; a signed input of spikes has its negative part in the second half. */
export function inputValues(
  { network, input, inputValue }: PairedNetwork,
  sample: ArrayLike<number>,
  stage: ValueStage,
): Float64Array {
  const { encoder, polarity } = input;
  const split = polarity === "signed" ? inputValue.length / 2 : inputValue.length;
  const own = "scale" in encoder ? normalizeSample(sample, encoder, split) : sample;
  const values = Float64Array.from(inputValue, (_, i) =>
    polarity === "signed" ? Math.max(0, i < split ? own[i] : -own[i - split]) : own[i],
  );
  if (stage === "original" || !("scale" in encoder)) return values;
  return values.map((value, i) => {
    const whole = (quantizeValue(value, encoder) - encoder.zeroPoint) * encoder.scale;
    if (encoder.kind === "analog") return whole;
    return spikesOf(whole / inputValue[i], 1, network.timesteps, stage) * inputValue[i];
  });
}
