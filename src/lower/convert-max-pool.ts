/**
 * MaxPool on spikes. As an OR: a neuron a window with weights 1, threshold 1 and reset to zero; exact for one spike a step,
 * but no maximum. As a count: a population of kind maxCount, whose rates are the maxima of its taps' rates
 * (docs/conversion.md, MaxPool).
 */
import { type Law, type MaxCountPopulation, type Population, plainLaw } from "../network/network.ts";
import { type PoolKind, writePooled } from "./calibrate/pool.ts";
import { createSpikeStore, type SpikeStore } from "./calibrate/spike-store.ts";
import { addProjections, type Conversion } from "./conversion.ts";
import { explainPool } from "./explain.ts";
import type { MaxPoolActivation } from "./folded.ts";
import { layerReport } from "./layer-report.ts";
import { poolWindows } from "./pool-windows.ts";
import { spikePool } from "./recipe.ts";

function orLaw(conversion: Conversion): Law {
  return {
    ...plainLaw,
    maxSpikes: conversion.recipe.copies,
    overflowV: conversion.options.rules.state,
    reset: { kind: "zero", value: Int32Array.of(0) },
  };
}

/** What the pool's neurons emit, given the source's trains. */
function pooledTrains(
  source: SpikeStore,
  channels: number,
  windows: readonly Int32Array[],
  kind: PoolKind,
): SpikeStore {
  const { samples, neurons, wordsPerNeuron, words } = source;
  const mapSize = neurons / channels;
  const pooled = createSpikeStore(samples, channels * windows.length, source);
  const write = writePooled[kind];
  for (let map = 0; map < samples * channels; map++) {
    const trains = { words, first: map * mapSize * wordsPerNeuron, format: source };
    windows.forEach((window, w) => {
      write(trains, window, pooled.words, (map * windows.length + w) * wordsPerNeuron);
    });
  }
  return pooled;
}

/** The taps of a counting pool see the bare source; the window is the population's own. */
function countingPool(activation: MaxPoolActivation, spikeValue: Float64Array): MaxCountPopulation {
  const { name, shape, node, drives } = activation;
  const [{ sourceShape: taps, pools }] = drives;
  return { name, shape, kind: "maxCount", taps, window: pools[0], spikeValue, origin: [node] };
}

function orPool(conversion: Conversion, activation: MaxPoolActivation, spikeValue: Float64Array): Population {
  const { name, shape, node } = activation;
  const membraneUnit = new Float64Array(0);
  return {
    name,
    shape,
    kind: "integrateAndFire",
    law: orLaw(conversion),
    spikeValue,
    membraneUnit,
    origin: [node],
  };
}

export function convertMaxPool(conversion: Conversion, activation: MaxPoolActivation): void {
  const [drive] = activation.drives;
  const maxPool = spikePool(conversion.recipe);
  const { store: trains, spikeValue } = conversion.sources.get(drive.source)!;
  const windows = poolWindows(drive.sourceShape, drive.pools[0]);
  const store = pooledTrains(trains as SpikeStore, activation.shape[0], windows, maxPool);
  conversion.sources.set(activation.name, { shape: activation.shape, store, spikeValue });
  const one = { kind: "oneToOne", weights: new Int8Array([1]) } as const;
  if (maxPool === "or") {
    conversion.populations.push(orPool(conversion, activation, spikeValue));
    addProjections(conversion, activation, [one]);
  } else {
    conversion.populations.push(countingPool(activation, spikeValue));
    addProjections(conversion, { ...activation, drives: [{ ...drive, pools: [] }] }, [one]);
  }
  conversion.layers.push(layerReport(conversion, activation, store, spikeValue, Number.POSITIVE_INFINITY));
  conversion.explanations.push(explainPool(activation, conversion.recipe));
}
