/**
 * MaxPool becomes an OR of spikes: a neuron a window with weights 1, threshold 1, reset to zero and floor 0, exact for one
 * spike a step (docs/conversion.md, MaxPool).
 */
import { type Law, plainLaw } from "../network/network.ts";
import { createSpikeStore, type SpikeStore } from "./calibrate/spike-store.ts";
import { addProjections, type Conversion, valuesOf } from "./conversion.ts";
import type { MaxPoolActivation } from "./folded.ts";
import { layerReport } from "./layer-report.ts";
import { poolWindows } from "./pool-windows.ts";

function orLaw(conversion: Conversion): Law {
  return {
    ...plainLaw,
    overflowV: conversion.options.rules.state,
    reset: { kind: "zero", value: Int32Array.of(0) },
  };
}

/** OR of the source's trains over each window. */
function pooledTrains(source: SpikeStore, channels: number, windows: readonly Int32Array[]): SpikeStore {
  const { samples, neurons, steps, wordsPerNeuron } = source;
  const mapSize = neurons / channels;
  const pooled = createSpikeStore(samples, channels * windows.length, steps);
  let at = 0;
  for (let sample = 0; sample < samples; sample++)
    for (let channel = 0; channel < channels; channel++)
      for (const window of windows)
        for (let word = 0; word < wordsPerNeuron; word++, at++) {
          const start = (sample * neurons + channel * mapSize) * wordsPerNeuron + word;
          for (const position of window) pooled.words[at] |= source.words[start + position * wordsPerNeuron];
        }
  return pooled;
}

export function convertMaxPool(conversion: Conversion, activation: MaxPoolActivation): void {
  const [drive] = activation.drives;
  const values = valuesOf(conversion, activation);
  const source = conversion.sources.get(drive.source)!;
  const store = pooledTrains(
    source.store as SpikeStore,
    activation.shape[0],
    poolWindows(drive.sourceShape, drive.pools[0]),
  );
  conversion.sources.set(activation.name, {
    shape: activation.shape,
    store,
    spikeValue: source.spikeValue,
  });
  conversion.populations.push({
    name: activation.name,
    shape: activation.shape,
    kind: "integrateAndFire",
    law: orLaw(conversion),
    spikeValue: source.spikeValue,
    membraneUnit: new Float64Array(0),
    origin: [activation.node],
  });
  addProjections(conversion, activation, [{ kind: "oneToOne", weights: new Int8Array([1]) }]);
  conversion.layers.push(
    layerReport(activation.name, store, values, source.spikeValue, Number.POSITIVE_INFINITY),
  );
}
