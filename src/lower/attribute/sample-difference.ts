/**
 * Why one sample goes wrong: how far each layer lies from the original's activations, the first layer that has left them,
 * which neurons it lost, and which single layer in floats would give the original's class back.
 */
import type { Run } from "../../simulate/reference.ts";
import {
  type LayerStates,
  labelOf,
  logitsUpTo,
  logitsWithout,
  lossyValueStages,
  type Stager,
  statesOfStage,
} from "./layer-states.ts";
import type { Stage } from "./stages.ts";

export interface NeuronDifference {
  readonly neuron: number;
  readonly original: number;
  readonly spikes: number;
  /** Its share of the layer's squared error. */
  readonly share: number;
}

export interface LayerDifference {
  readonly name: string;
  /** Root mean square of (original's activation - spikeValue rate) over that of the activation. */
  readonly error: number;
  /** The same over other samples; null where none were looked at. */
  readonly usual: number | null;
  /** What `error` is held against. */
  readonly bound: number;
  /** The class where this layer and all before it spike and all behind it are floats. */
  readonly label: number;
  /** The worst first. */
  readonly neurons: readonly NeuronDifference[];
}

export interface SampleDifference {
  /** Logits of the float network, and those that the reading stands for. */
  readonly original: Float64Array;
  readonly spiking: Float64Array;
  /** The first layer whose error is above its bound, or null. */
  readonly left: string | null;
  /** The first layer from which on `label` stays another than the original's; null where the class is the original's. */
  readonly turned: string | null;
  /** In the order of the road, the output left out. */
  readonly layers: readonly LayerDifference[];
  /** The class after each stage. */
  readonly stages: readonly { readonly stage: Stage; readonly label: number }[];
  /**
   * Layers that, alone in floats, give the original's class back; empty where it never was another, and where layers
   * cannot run alone (`Stager.runsLayers`).
   */
  readonly cures: readonly string[];
}

export interface SampleComparer {
  /** Another sample, to know what is usual. */
  addUsual(sample: Float32Array): void;
  explain(sample: Float32Array): SampleDifference;
}

const shownNeurons = 2;
/** Errors this many times the usual count as having left the original. */
const usualTimes = 1.2;
/** Where nothing is known of other samples. */
const plainBound = 0.5;
/** What rounding to bits does to an input is no departure, however unusual. */
const smallestBound = 0.05;
/** A layer with such an error has little to do with the original's, be it usual or not: a silent one has 1. */
const largestBound = 0.8;
/** Differences that float32 makes are none. */
const noDifference = 1e-6;

/** Squared difference and squared activation of a layer. */
function squaresOf(
  name: string,
  running: LayerStates,
  floats: LayerStates,
): [difference: number, squared: number] {
  const expected = floats.get(name)!.values;
  let [difference, squared] = [0, 0];
  running.get(name)!.values.forEach((value, i) => {
    difference += (value - expected[i]) ** 2;
    squared += expected[i] ** 2;
  });
  return [difference, squared];
}

function relative(difference: number, squared: number): number {
  if (squared > 0) return Math.sqrt(difference / squared);
  return difference > 0 ? Number.POSITIVE_INFINITY : 0;
}

function boundOf(usual: number | null): number {
  if (usual === null) return plainBound;
  return Math.min(largestBound, Math.max(smallestBound, usualTimes * usual));
}

function worstNeurons(name: string, running: LayerStates, floats: LayerStates): NeuronDifference[] {
  const expected = floats.get(name)!.values;
  const values = running.get(name)!.values;
  const [difference, squared] = squaresOf(name, running, floats);
  if (relative(difference, squared) < noDifference) return [];
  return [...values.keys()]
    .sort((a, b) => Math.abs(values[b] - expected[b]) - Math.abs(values[a] - expected[a]) || a - b)
    .slice(0, shownNeurons)
    .map((neuron) => ({
      neuron,
      original: expected[neuron],
      spikes: values[neuron],
      share: (values[neuron] - expected[neuron]) ** 2 / difference,
    }));
}

/** run: runs the network on a sample. bound: of the error of a layer; null: 1.2 times its usual error, within reason. */
export function createSampleComparer(
  stager: Stager,
  run: (sample: Float32Array) => Run,
  bound: number | null,
): SampleComparer {
  const { input, layers } = stager.paired;
  const output = layers[layers.length - 1].name;
  const names = [input.name, ...layers.slice(0, -1).map(({ name }) => name)];
  const usual = new Map(names.map((name) => [name, [0, 0] as [number, number]]));
  let others = 0;

  function layerDifference(name: string, running: LayerStates, floats: LayerStates): LayerDifference {
    const upTo = logitsUpTo(stager, running, names.indexOf(name) - 1);
    const typical = others === 0 ? null : relative(...usual.get(name)!);
    return {
      name,
      error: relative(...squaresOf(name, running, floats)),
      usual: typical,
      bound: bound ?? boundOf(typical),
      label: labelOf(upTo),
      neurons: worstNeurons(name, running, floats),
    };
  }

  return {
    addUsual(sample) {
      others++;
      const running = stager.statesOfRun(run(sample));
      const floats = statesOfStage(stager, sample, "original");
      for (const [name, sums] of usual) {
        const [difference, squared] = squaresOf(name, running, floats);
        sums[0] += difference;
        sums[1] += squared;
      }
    },
    explain(sample) {
      const running = stager.statesOfRun(run(sample));
      const floats = statesOfStage(stager, sample, "original");
      const [original, spiking] = [floats.get(output)!.values, running.get(output)!.values];
      const differences = names.map((name) => layerDifference(name, running, floats));
      const [right, got] = [labelOf(original), labelOf(spiking)];
      const labelAt = (stage: (typeof lossyValueStages)[number]) =>
        labelOf(statesOfStage(stager, sample, stage).get(output)!.values);
      const all = [...names, output];
      return {
        original,
        spiking,
        turned:
          got === right
            ? null
            : (all.slice(differences.findLastIndex((own) => own.label === right) + 1)[0] ?? output),
        left: differences.find(({ error, bound: own }) => error > own)?.name ?? null,
        layers: differences,
        stages: [
          { stage: "original", label: right },
          ...lossyValueStages.map((stage) => ({ stage, label: labelAt(stage) })),
          { stage: "steps", label: got },
        ],
        cures:
          right === got || !stager.runsLayers
            ? []
            : all.filter((_, i) => labelOf(logitsWithout(stager, running, sample, i - 1)) === right),
      };
    },
  };
}
