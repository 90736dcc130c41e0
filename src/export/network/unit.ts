/**
 * What one unit of a population's integer membrane is in floats: the scale by which its weights, thresholds and biases are
 * dequantized, w_float = unit * w. A spike counts as 1 wherever it goes.
 */
import { type IntegrateAndFirePopulation, type Readout, sizeOf } from "../../network/network.ts";

/**
 * One value, one a channel or one a neuron. From the membrane's own unit where the network states it; else from what a spike
 * is worth, so that thresholds become that; else from the readout; else 1.
 */
export function unitOf(population: IntegrateAndFirePopulation, readout: Readout): Float64Array {
  const { membraneUnit, spikeValue, law, name } = population;
  if (membraneUnit.length > 0) return membraneUnit;
  if (law.compare === "never")
    return Float64Array.of(readout.population === name && readout.read === "membrane" ? readout.scale : 1);
  if (spikeValue.length === 0) return Float64Array.of(1);
  const length = Math.max(spikeValue.length, law.threshold.length);
  return Float64Array.from({ length }, (_, i) => {
    const worth = spikeValue[Math.floor((i * spikeValue.length) / length)];
    const threshold = law.threshold[Math.floor((i * law.threshold.length) / length)];
    return worth > 0 && threshold > 0 ? worth / threshold : 1;
  });
}

/** `values` times `units`, one a neuron of `shape`, or one where both have one. */
export function inUnits(
  values: ArrayLike<number>,
  units: Float64Array,
  shape: readonly number[],
): Float64Array {
  const size = values.length === 1 && units.length === 1 ? 1 : sizeOf(shape);
  return Float64Array.from({ length: size }, (_, i) => {
    const value = values[Math.floor((i * values.length) / size)];
    return value * units[Math.floor((i * units.length) / size)];
  });
}
