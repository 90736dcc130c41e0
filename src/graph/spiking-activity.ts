/**
 * What a spiking graph does over many samples: rates, silent and saturated neurons, synaptic operations of each layer that
 * fires. Counts follow a SpikingRun from step to step, so that no train has to be kept.
 */
import type { SpikingRun } from "./compile-spiking.ts";
import type { SpikingNode } from "./spiking.ts";
import { fanOuts } from "./spiking-fan-out.ts";

/** As of the layers of a Network: see LayerActivity. */
export interface SpikingLayerActivity {
  readonly name: string;
  /** Spikes a neuron and timestep. */
  readonly rate: number;
  /** Share of neurons without a spike in any sample. */
  readonly deadFraction: number;
  /** Share of (sample, neuron) pairs with a spike in every timestep. */
  readonly saturatedFraction: number;
  /** Synaptic operations into the layer, a sample: of the weights that feed it directly. Currents are no spikes. */
  readonly synops: number;
}

export interface SpikingActivity {
  /** To be called after every step. */
  observe(): void;
  /** To be called when a sample has had its steps. */
  endSample(): void;
  layers(): SpikingLayerActivity[];
  /** Of the whole graph, a sample. */
  synops(): number;
}

/** Neurons that only integrate: what they give are membranes. */
const neverFiring: ReadonlySet<SpikingNode["type"]> = new Set(["I", "LI", "CubaLI", "SinabsExpLeak"]);

/** Whether a node gives spikes of its own. */
export function fires(node: SpikingNode): boolean {
  return "vInit" in node && !neverFiring.has(node.type);
}

interface Tally {
  readonly values: Float32Array;
  /** Of this sample, and of all. */
  readonly counts: Float64Array;
  readonly total: Float64Array;
  saturated: number;
  /** Whether it has given counts only so far: whole numbers of 0 or more. */
  whole: boolean;
}

export function createSpikingActivity(run: SpikingRun): SpikingActivity {
  const { graph } = run;
  const tallies = new Map<string, Tally>();
  for (const node of graph.nodes) {
    if (node.type !== "Input" && !fires(node)) continue;
    const values = run.nodes.get(node.name)!.output;
    const [counts, total] = [new Float64Array(values.length), new Float64Array(values.length)];
    tallies.set(node.name, { values, counts, total, saturated: 0, whole: true });
  }
  const spread = fanOuts(graph);
  let [samples, stepsOfSample, steps] = [0, 0, 0];

  function observe(): void {
    stepsOfSample++;
    for (const tally of tallies.values()) {
      const { values, counts } = tally;
      for (let i = 0; i < values.length; i++) {
        counts[i] += values[i];
        if (!(values[i] >= 0 && Number.isInteger(values[i]))) tally.whole = false;
      }
    }
  }

  function endSample(): void {
    for (const tally of tallies.values()) {
      for (let i = 0; i < tally.counts.length; i++) {
        tally.total[i] += tally.counts[i];
        if (tally.counts[i] >= stepsOfSample) tally.saturated++;
      }
      tally.counts.fill(0);
    }
    samples++;
    steps += stepsOfSample;
    stepsOfSample = 0;
  }

  function synopsOf(weights: ReadonlySet<string>): number {
    let operations = 0;
    for (const { node, source, synapses } of spread) {
      const tally = tallies.get(source);
      if (!weights.has(node) || !tally?.whole) continue;
      for (let i = 0; i < synapses.length; i++) operations += tally.total[i] * synapses[i];
    }
    return operations / Math.max(1, samples);
  }

  function layerOf(name: string): SpikingLayerActivity {
    const { total, saturated } = tallies.get(name)!;
    const feeding = new Set(graph.edges.filter(({ to }) => to === name).map(({ from }) => from));
    return {
      name,
      rate: total.reduce((sum, count) => sum + count, 0) / Math.max(1, steps * total.length),
      deadFraction: total.filter((count) => count === 0).length / total.length,
      saturatedFraction: saturated / Math.max(1, samples * total.length),
      synops: synopsOf(feeding),
    };
  }

  return {
    observe,
    endSample,
    layers: () => graph.nodes.filter(fires).map(({ name }) => layerOf(name)),
    synops: () => synopsOf(new Set(graph.nodes.map(({ name }) => name))),
  };
}
