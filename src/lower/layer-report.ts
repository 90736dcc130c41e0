/** How a converted layer behaves on the calibration inputs: rates against activations, silent and saturated neurons. */
import { countSpikes } from "./calibrate/fire.ts";
import type { SpikeStore } from "./calibrate/spike-store.ts";
import { type Conversion, valuesOf } from "./conversion.ts";
import type { Activation } from "./folded.ts";
import type { LayerReport } from "./options.ts";
import { spikePool } from "./recipe.ts";

/** Rates, errors and silent neurons of a converted layer on the calibration inputs; copies of a neuron are dead together. */
export function layerReport(
  conversion: Conversion,
  activation: Activation,
  store: SpikeStore,
  spikeValue: Float64Array,
  weightSnr: number,
): LayerReport {
  const { samples, neurons, steps, wordsPerNeuron, words } = store;
  const values = valuesOf(conversion, activation);
  const { recipe } = conversion;
  const copies = activation.kind === "relu" || spikePool(recipe) === "or" ? recipe.copies : 1;
  const fired = new Uint8Array(neurons);
  let [spikes, saturated, squaredError, squared] = [0, 0, 0, 0];
  for (let i = 0; i < samples * neurons; i++) {
    const count = countSpikes(words, i * wordsPerNeuron, (i + 1) * wordsPerNeuron);
    const neuron = i % neurons;
    if (count > 0) fired[neuron] = 1;
    if (count === steps * copies) saturated++;
    spikes += count;
    const value = spikeValue[Math.floor((neuron * spikeValue.length) / neurons)];
    squaredError += (values[i] - (value * count) / steps) ** 2;
    squared += values[i] ** 2;
  }
  const pairs = samples * neurons;
  return {
    name: activation.name,
    neurons: neurons * copies,
    rateError: squared > 0 ? Math.sqrt(squaredError / squared) : 0,
    rate: spikes / (pairs * copies * steps),
    deadFraction: 1 - fired.reduce((total, one) => total + one, 0) / neurons,
    saturatedFraction: saturated / pairs,
    weightSnr,
  };
}
