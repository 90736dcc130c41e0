/**
 * Loss attribution: where a converted network loses what the original knew. Three views of the same samples:
 * stage by stage (stages.ts), layer by layer from the front (layers up to here spike, all later ones are floats), and one layer
 * at a time swapped back to floats among spikes. Layers include the input, and a pool stands for itself.
 */
import { createActivity, type LayerActivity } from "../../simulate/activity.ts";
import { createEngine, type EngineKind } from "../../simulate/engine.ts";
import {
  createStager,
  type LayerStates,
  logitsUpTo,
  logitsWithout,
  lossyValueStages,
  statesOfStage,
} from "./layer-states.ts";
import type { PairedNetwork } from "./pair-layers.ts";
import { createScorer, type Score, type Scorer } from "./scores.ts";
import { type Stage, stages } from "./stages.ts";

export interface AttributedLayer {
  readonly name: string;
  /** Root mean square of (original's activation - spikeValue rate) over that of the activation; null for the output. */
  readonly rateError: number | null;
  /** This layer and all before it as they run, all behind it in floats. */
  readonly upTo: Score;
  /** This layer alone in floats, all others as they run; null where layers cannot run alone (`Stager.runsLayers`). */
  readonly floated: Score | null;
}

export interface Attribution {
  readonly samples: number;
  readonly stages: readonly (Score & { readonly stage: Stage })[];
  /** The input first, the output last. */
  readonly layers: readonly AttributedLayer[];
  /** Of the network as it runs. */
  readonly activity: readonly LayerActivity[];
}

export interface Attributor {
  /** label: the right class; negative where nobody knows it. */
  add(sample: Float32Array, label: number): void;
  result(): Attribution;
}

interface LayerTally {
  readonly name: string;
  readonly upTo: Scorer;
  readonly floated: Scorer;
  difference: number;
  squared: number;
}

function addRateError(tally: LayerTally, running: LayerStates, original: LayerStates): void {
  const expected = original.get(tally.name)!.values;
  running.get(tally.name)!.values.forEach((value, i) => {
    tally.difference += (value - expected[i]) ** 2;
    tally.squared += expected[i] ** 2;
  });
}

export function createAttributor(paired: PairedNetwork, engine?: EngineKind): Attributor {
  const { network } = paired;
  const stager = createStager(paired);
  const simulator = createEngine(network, engine === undefined ? {} : { engine });
  const output = paired.layers[paired.layers.length - 1].name;
  const byStage = new Map(stages.map((stage) => [stage, createScorer()]));
  const tallies = [paired.input.name, ...paired.layers.map(({ name }) => name)].map(
    (name): LayerTally => ({
      name,
      upTo: createScorer(),
      floated: createScorer(),
      difference: 0,
      squared: 0,
    }),
  );
  const activity = createActivity(network, simulator.spreads());
  let samples = 0;

  return {
    add(sample, label) {
      samples++;
      const floats = statesOfStage(stager, sample, "original");
      const original = floats.get(output)!.values;
      const run = simulator.runSample(sample);
      activity.add(run.train);
      const running = stager.statesOfRun(run);
      const spiking = running.get(output)!.values;
      byStage.get("original")!.add(original, original, label);
      for (const stage of lossyValueStages)
        byStage.get(stage)!.add(statesOfStage(stager, sample, stage).get(output)!.values, original, label);
      byStage.get("steps")!.add(spiking, original, label);
      tallies.forEach((tally, index) => {
        const layer = index - 1;
        const upTo = tally.name === output ? spiking : logitsUpTo(stager, running, layer);
        tally.upTo.add(upTo, original, label);
        if (stager.runsLayers)
          tally.floated.add(logitsWithout(stager, running, sample, layer), original, label);
        addRateError(tally, running, floats);
      });
    },
    result: () => ({
      samples,
      stages: stages.map((stage) => ({ stage, ...byStage.get(stage)!.score() })),
      layers: tallies.map(({ name, upTo, floated, difference, squared }) => ({
        name,
        rateError: name === output ? null : squared > 0 ? Math.sqrt(difference / squared) : 0,
        upTo: upTo.score(),
        floated: stager.runsLayers ? floated.score() : null,
      })),
      activity: activity.layers(),
    }),
  };
}

/** Spikes a neuron and step, roughly: what layers that run cost against layers of values. */
const commonRate = 1 / 8;

/** Weighted additions that one sample takes, all views together: what bounds how many samples are looked at. */
export function additionsOf({ layers, network }: PairedNetwork): number {
  const synapses = layers.map(({ drives }) =>
    drives.reduce((sum, { float }) => sum + float.fanOut.reduce((total, count) => total + count, 0), 0),
  );
  const whole = synapses.reduce((sum, count) => sum + count, 0);
  /** Layer number i is computed anew for every layer before it, in floats and in spikes. */
  const behind = synapses.reduce((sum, count, index) => sum + count * (index + 1), 0);
  return whole * (lossyValueStages.length + 2) + behind * (1 + network.timesteps * commonRate);
}
