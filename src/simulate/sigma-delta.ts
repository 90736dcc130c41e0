/**
 * The population kind sigmaDelta (Lava's processes Delta, SigmaDelta and Sigma in fixed point): x is the neuron's value, d its
 * change since the last step with what was held back then; d is sent where it reaches the threshold. With a threshold of 0 a
 * layer is ReLU itself, up to the rounding of its weights and of what it sends.
 *
 *   sum += input;  x = input 2^K, or max(0, sum + bias 2^K), K = spikeExponent + stateExponent
 *   d = x - xBefore + held;  |d| >= threshold 2^K: send floor(d / 2^stateExponent), held = 0; else held = d
 */
import { parameterIndex, type SigmaDeltaPopulation, sizeOf } from "../network/network.ts";
import type { PopulationState } from "./population-state.ts";

export function createSigmaDelta(population: SigmaDeltaPopulation): PopulationState {
  const { value: kind, shape, spikeExponent, stateExponent } = population;
  const size = sizeOf(shape);
  const one = 2 ** (spikeExponent + stateExponent);
  const threshold = population.threshold * one;
  const bias = Float64Array.from(
    { length: size },
    (_, i) => population.bias[parameterIndex(i, size, population.bias.length)] * one,
  );
  const sum = new Float64Array(size);
  const value = new Float64Array(size);
  const held = new Float64Array(size);

  /** The neuron's value after what this step brought. */
  function valueAfter(neuron: number, current: number): number {
    if (kind === "input") return current * one;
    sum[neuron] += current;
    return Math.max(0, sum[neuron] + bias[neuron]);
  }

  function sendChange(neuron: number, current: number): number {
    const next = valueAfter(neuron, current);
    const change = next - value[neuron] + held[neuron];
    value[neuron] = next;
    const fires = Math.abs(change) >= threshold;
    held[neuron] = fires ? 0 : change;
    return fires ? Math.floor(change / 2 ** stateExponent) : 0;
  }

  return {
    /** What is read: the value, or the sum where that is what the neuron gives. */
    membrane: kind === "sum" ? sum : value,
    reset() {
      for (const state of [sum, value, held]) state.fill(0);
    },
    step(currents, emit) {
      for (let neuron = 0; neuron < size; neuron++) {
        const current = currents[neuron];
        currents[neuron] = 0;
        if (kind === "sum") sum[neuron] += current;
        const sent = kind === "sum" ? sum[neuron] : sendChange(neuron, current);
        if (sent !== 0) emit(neuron, sent);
      }
    },
  };
}
