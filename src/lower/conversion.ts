/** The state of a conversion under way: what has been converted so far, and what the next layer needs to know of it. */
import { type FloatArray, type Note, type Shape, sizeOf } from "../graph/graph.ts";
import type { Input, Network, Population, Projection } from "../network/network.ts";
import { createCarrier } from "../simulate/projection.ts";
import { type Currents, currentsOf } from "./calibrate/currents.ts";
import type { SourceStore } from "./calibrate/spike-store.ts";
import type { ActivationValues } from "./check-fold.ts";
import type { LayerExplanation } from "./explanation.ts";
import type { Activation, Folded } from "./folded.ts";
import type { LayerReport, LoweringOptions } from "./options.ts";
import { splitSynapses, withParallelSynapses } from "./parallel-synapses.ts";
import { projectionName, synapseName } from "./projection-names.ts";
import type { Recipe } from "./recipe.ts";
import { type ScaledDrive, scaleDrive } from "./scaled-drive.ts";

/** A converted input or population, as its successors see it. */
export interface ConvertedSource {
  readonly shape: Shape;
  readonly store: SourceStore;
  /** Activation per spike and step (per unit of current for an analog input): one value, one a channel, one a neuron. */
  readonly spikeValue: Float64Array;
}

export interface Conversion {
  readonly name: string;
  readonly notes: readonly Note[];
  readonly folded: Folded;
  readonly options: LoweringOptions;
  readonly recipe: Recipe;
  readonly samples: number;
  /** Float activations on the calibration inputs, by activation name: [samples, ...shape]. */
  readonly values: ActivationValues;
  /** Without calibration inputs: bounds of the activations instead, one a neuron. */
  readonly bounds: ActivationValues | null;
  readonly input: Input;
  readonly sources: Map<string, ConvertedSource>;
  readonly populations: Population[];
  readonly projections: Projection[];
  readonly layers: LayerReport[];
  readonly explanations: LayerExplanation[];
  readout: Network["readout"] | null;
}

/** What thresholds are chosen on: the values of an activation, or its bounds; [samples, ...shape]. */
export function rangesOf(conversion: Conversion, activation: Activation): FloatArray {
  return (conversion.bounds ?? conversion.values).get(activation.name)!;
}

/** Float values of an activation, [samples, ...shape]. */
export function valuesOf(conversion: Conversion, activation: Activation): FloatArray {
  return conversion.values.get(activation.name)!;
}

/**
 * Bits of a weight up to which a residual, a few times as large as a kernel's weights, leaves these too little, and up to which it
 * pays to round weights together (docs/conversion.md).
 */
export const fewBits = 6;

/** Whether weights may be fitted to what a layer really gets: there are statistics of it, and a bias that may take over the mean. */
export function fitsWeights({ bounds, recipe }: Conversion): boolean {
  return bounds === null && recipe.method.kind === "search" && recipe.biasCorrection;
}

/** Synapses that an element-wise weight of the activation may be shared by. */
function mostSynapses(conversion: Conversion, activation: Activation): number {
  const inhibits = activation.kind === "relu" && activation.inWindow !== undefined;
  const needed = inhibits || weightBitsOf(conversion) <= fewBits;
  return needed ? (conversion.options.rules.weights.parallel ?? 1) : 1;
}

/** The drives of an activation in the units of their sources' spikes. */
export function scaledDrives(conversion: Conversion, activation: Activation): ScaledDrive[] {
  const scaled = activation.drives.map((drive) =>
    scaleDrive(drive, conversion.sources.get(drive.source)!.spikeValue, activation.shape),
  );
  return withParallelSynapses(scaled, activation.shape[0], mostSynapses(conversion, activation));
}

/** Bits of a weight: those asked for, or the chip's where it has fewer. */
export function weightBitsOf({ options }: Pick<Conversion, "options">): number {
  return Math.min(options.weightBits, options.rules.weights.bits);
}

/** Adds the projections of an activation; several of one drive are told apart by number (projection-names.ts). */
export function addProjections(
  conversion: Conversion,
  activation: Activation,
  connections: readonly Projection["connection"][],
): void {
  activation.drives.forEach((drive, d) => {
    const { source, pools } = drive;
    const name = projectionName(activation, d);
    splitSynapses(connections[d], weightBitsOf(conversion)).forEach((connection, part) => {
      const own = { source, target: activation.name, delay: 0, pools, connection };
      conversion.projections.push({ name: synapseName(name, part), ...own });
    });
  });
}

/** Integer currents of an activation on all calibration samples, from what its sources really emit. */
export function integerCurrents(
  conversion: Conversion,
  activation: Activation,
  connections: readonly Projection["connection"][],
): Currents {
  const feeds = activation.drives.map(({ source, sourceShape, pools }, d) => ({
    carrier: createCarrier({
      sourceShape,
      targetShape: activation.shape,
      pools,
      connection: connections[d],
    }),
    store: conversion.sources.get(source)!.store,
  }));
  const { samples, options } = conversion;
  return currentsOf(feeds, samples, sizeOf(activation.shape), options.timesteps);
}

/** A map of biases as few values as it has: one a unit where the map is uniform. */
export function compactBias(bias: Int32Array, units: number): Int32Array {
  const mapSize = bias.length / units;
  const perUnit = Int32Array.from({ length: units }, (_, unit) => bias[unit * mapSize]);
  return bias.every((value, i) => value === perUnit[Math.floor(i / mapSize)]) ? perUnit : bias;
}
