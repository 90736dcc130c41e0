/**
 * The population kind maxCount: MaxPool in rates. C_i is the sum of all that tap i was sent, M_j the largest C_i that the
 * window of neuron j has seen; a neuron emits the growth of M_j, so that its count is the maximum of its taps' counts at
 * every step (docs/conversion.md, MaxPool).
 */
import { type MaxCountPopulation, sizeOf } from "../network/network.ts";
import type { PopulationState } from "./population-state.ts";
import { coverageOf } from "./windows.ts";

export function createMaxCount({ shape, taps, window }: MaxCountPopulation): PopulationState {
  const counts = new Float64Array(sizeOf(taps));
  const largest = new Float64Array(sizeOf(shape));
  const before = new Float64Array(largest.length);
  const coverage = coverageOf(window, taps, shape);
  const places = counts.length / taps[0];
  const windows = largest.length / shape[0];

  /** Tap `tap` was sent something: every window around it may have a larger maximum. */
  function raise(tap: number): void {
    const place = tap % places;
    const first = Math.floor(tap / places) * windows;
    for (let at = coverage.offsets[place]; at < coverage.offsets[place + 1]; at++) {
      const neuron = first + coverage.windows[at];
      if (counts[tap] > largest[neuron]) largest[neuron] = counts[tap];
    }
  }

  return {
    membrane: largest,
    reset() {
      counts.fill(0);
      largest.fill(0);
    },
    step(currents, emit) {
      before.set(largest);
      for (let tap = 0; tap < counts.length; tap++) {
        if (currents[tap] === 0) continue;
        counts[tap] += currents[tap];
        currents[tap] = 0;
        raise(tap);
      }
      for (let neuron = 0; neuron < largest.length; neuron++)
        if (largest[neuron] > before[neuron]) emit(neuron, largest[neuron] - before[neuron]);
    },
  };
}
