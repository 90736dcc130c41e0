/**
 * The integrate-and-fire population of the neuron law (docs/law.md), one timestep at a time, as the law states it:
 * decay, input and bias, one overflow at the end of the sum, compare, reset, floor. Numbers are integers below 2^53.
 */
import { type Floor, type Law, parameterIndex, type StateRange } from "../network/network.ts";
import { decayOf } from "./decay.ts";
import type { PopulationState } from "./population-state.ts";

function perNeuron(parameter: ArrayLike<number>, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => parameter[parameterIndex(i, size, parameter.length)]);
}

/** What becomes of a value that a state cannot hold. */
export function overflow(value: number, range: StateRange): number {
  if (value >= range.low && value <= range.high) return value;
  if (range.overflow === "saturate") return value < range.low ? range.low : range.high;
  const span = range.high - range.low + 1;
  return value - Math.floor((value - range.low) / span) * span;
}

function applyFloor(value: number, kind: Floor["kind"], lowest: number): number {
  if (value >= lowest) return value;
  switch (kind) {
    case "clamp":
      return lowest;
    case "subtract":
      return value - lowest;
    case "zero":
      return 0;
  }
}

/** Step 7 of the law: spikes of a membrane that is at or above its threshold. */
function spikeCount(membrane: number, threshold: number, maxSpikes: number): number {
  if (maxSpikes === 1) return 1;
  const whole = threshold > 0 ? Math.max(1, Math.floor(membrane / threshold)) : 1;
  return maxSpikes === 0 ? whole : Math.min(maxSpikes, whole);
}

export function createIntegrateAndFire(law: Law, size: number): PopulationState {
  const { compare, maxSpikes, overflowV, reset, floor } = law;
  const membrane = new Float64Array(size);
  const vInit = perNeuron(law.vInit, size);
  const bias = perNeuron(law.bias, size);
  const threshold = perNeuron(law.threshold, size);
  const resetValue = perNeuron(reset.kind === "zero" ? reset.value : [0], size);
  const lowest = perNeuron(floor === null ? [0] : floor.value, size);
  const decay = decayOf(law.decayV, size);
  // v > threshold is v >= threshold + 1 for integers; a population that never fires has an unreachable threshold.
  const fireAt = threshold.map((value) =>
    compare === "never" ? Number.POSITIVE_INFINITY : compare === "gt" ? value + 1 : value,
  );

  function afterSpikes(v: number, spikes: number, neuron: number): number {
    if (reset.kind === "subtract") return v - spikes * threshold[neuron];
    return reset.kind === "zero" ? resetValue[neuron] : v;
  }

  return {
    membrane,
    reset: () => membrane.set(vInit),
    step(currents, emit) {
      for (let neuron = 0; neuron < size; neuron++) {
        const kept = decay === null ? membrane[neuron] : decay(membrane[neuron], neuron);
        let v = kept + currents[neuron] + bias[neuron];
        currents[neuron] = 0;
        if (overflowV !== null) v = overflow(v, overflowV);
        if (v >= fireAt[neuron]) {
          const spikes = spikeCount(v, threshold[neuron], maxSpikes);
          v = afterSpikes(v, spikes, neuron);
          emit(neuron, spikes);
        }
        membrane[neuron] = floor === null ? v : applyFloor(v, floor.kind, lowest[neuron]);
      }
    },
  };
}
