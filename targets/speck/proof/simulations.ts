/** The chip's two simulators on a loaded configuration, against recorded spikes, totals and membranes. */
import type { VectorResult } from "../../../src/target/target.ts";
import type { ChipConfiguration } from "../device/configuration.ts";
import { createEventSimulator } from "../device/event.ts";
import type { Arrival, Simulator } from "../device/simulator.ts";
import { createTimestepSimulator } from "../device/timestep.ts";

type Spike = readonly [step: number, feature: number, row: number, column: number, count: number];

/** A configuration as the chip has it, and which of its cores stand for the layers of the vectors. */
export interface LoadedChip {
  readonly network: string;
  readonly configuration: ChipConfiguration;
  /** Cores that the input goes to. */
  readonly entries: readonly number[];
  readonly coreOf: (layer: string) => number;
}

interface Expected {
  readonly name: string;
  /** By layer, [feature][row][column]; not every layer is there. */
  readonly v_mem_final: Readonly<Record<string, readonly number[]>>;
}

export interface TimestepSimulation extends Expected {
  readonly T: number;
  /** [step, channel, row, column, count] */
  readonly input: readonly Spike[];
  /** By layer; before pooling. spikes: null where they are too many to list. */
  readonly layers: Readonly<
    Record<
      string,
      {
        readonly spikes: readonly Spike[] | null;
        readonly total: number;
        readonly per_feature: readonly number[];
      }
    >
  >;
}

export interface EventSimulation extends Expected {
  /** [microseconds, channel, row, column] */
  readonly events: readonly (readonly [number, number, number, number])[];
  /** [microseconds, layer, feature, row, column], in their order. */
  readonly output: readonly (readonly [number, number, number, number, number])[];
  readonly spike_totals: Readonly<Record<string, number>>;
}

/** [feature][row][column] of a core's membranes. */
function membranesOf(simulator: Simulator, core: number): number[] {
  const { membranes, features, configuration } = simulator.cores.get(core)!;
  const places = configuration.output.height * configuration.output.width;
  return Array.from(
    { length: membranes.length },
    (_, i) => membranes[(i % places) * features + Math.floor(i / places)],
  );
}

function membraneDifference(
  simulator: Simulator,
  { coreOf }: LoadedChip,
  { v_mem_final }: Expected,
): string | null {
  for (const [layer, expected] of Object.entries(v_mem_final)) {
    const found = membranesOf(simulator, coreOf(layer));
    const at = expected.findIndex((value, i) => value !== found[i]);
    if (at !== -1) return `layer ${layer}, neuron ${at}: membrane ${found[at]} instead of ${expected[at]}`;
  }
  return null;
}

/** Both as "step, feature, row, column, count" in ascending order: the first that one lacks. */
function spikeDifference(layer: string, expected: readonly Spike[], found: readonly Spike[]): string | null {
  const ordered = (spikes: readonly Spike[]) =>
    [...spikes].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]).map(String);
  const [wanted, given] = [ordered(expected), ordered(found)];
  const at = wanted.findIndex((spike, i) => spike !== given[i]);
  if (at === -1 && wanted.length === given.length) return null;
  const index = at === -1 ? wanted.length : at;
  return `layer ${layer}: spike [step, feature, row, column, count] ${given[index]} instead of ${wanted[index]}`;
}

/** The spikes of one layer: one by one where they are listed, and their totals. */
function layerDifference(
  layer: string,
  { spikes, total, per_feature }: TimestepSimulation["layers"][string],
  found: readonly Spike[],
): string | null {
  const one = spikes === null ? null : spikeDifference(layer, spikes, found);
  if (one !== null) return one;
  const features = per_feature.map(() => 0);
  for (const [, feature, , , count] of found) features[feature] += count;
  const sum = features.reduce((all, count) => all + count, 0);
  if (sum !== total) return `layer ${layer}: ${sum} spikes instead of ${total}`;
  const at = features.findIndex((count, feature) => count !== per_feature[feature]);
  if (at === -1) return null;
  return `layer ${layer}, feature ${at}: ${features[at]} spikes instead of ${per_feature[at]}`;
}

export function runTimestepSimulation(chip: LoadedChip, simulation: TimestepSimulation): VectorResult {
  const { network, configuration, entries: cores, coreOf } = chip;
  const simulator = createTimestepSimulator(configuration);
  const found = new Map<number, Spike[]>(configuration.cores.map(({ core }) => [core, []]));
  for (let step = 0; step < simulation.T; step++) {
    const arrivals = simulation.input
      .filter(([at]) => at === step)
      .map(([, feature, row, column, count]): Arrival => ({ cores, feature, row, column, count }));
    simulator.step(arrivals, (core, ...spike) => found.get(core)!.push([step, ...spike]));
  }
  const [difference = null] = [
    ...Object.entries(simulation.layers).map(([layer, expected]) =>
      layerDifference(layer, expected, found.get(coreOf(layer))!),
    ),
    membraneDifference(simulator, chip, simulation),
  ].filter((one) => one !== null);
  return { name: `${network}: ${simulation.name}`, exact: difference === null, difference };
}

/** The first spike of the outputs that is another, or out of its order. */
function outputDifference(expected: EventSimulation["output"], found: readonly string[]): string | null {
  const at = expected.findIndex((spike, i) => String(spike) !== found[i]);
  if (at === -1 && found.length === expected.length) return null;
  const index = at === -1 ? expected.length : at;
  return `output ${index}: [microseconds, layer, feature, row, column] ${found[index]} instead of ${expected[index]}`;
}

/** The reference scans the neurons under an event place by place. */
export function runEventSimulation(chip: LoadedChip, simulation: EventSimulation): VectorResult {
  const { network, configuration, entries: cores, coreOf } = chip;
  const leak = configuration.cores.map(({ core }) => core);
  const simulator = createEventSimulator(configuration, { scan: "place first", leak });
  const layers = new Map(Object.keys(simulation.spike_totals).map((layer) => [coreOf(layer), layer]));
  const totals = new Map<string, number>();
  const outputs = new Set(configuration.cores.filter(({ monitored }) => monitored).map(({ core }) => core));
  const output: string[] = [];
  for (const [time, feature, row, column] of simulation.events)
    simulator.step([{ cores, feature, row, column, count: 1 }], (core, ...spike) => {
      const layer = layers.get(core)!;
      totals.set(layer, (totals.get(layer) ?? 0) + 1);
      if (outputs.has(core)) output.push(String([time, layer, ...spike.slice(0, 3)]));
    });
  const [difference = null] = [
    outputDifference(simulation.output, output),
    ...Object.entries(simulation.spike_totals).map(([layer, total]) => {
      const own = totals.get(layer) ?? 0;
      return own === total ? null : `layer ${layer}: ${own} spikes instead of ${total}`;
    }),
    membraneDifference(simulator, chip, simulation),
  ].filter((one) => one !== null);
  return { name: `${network}: ${simulation.name}`, exact: difference === null, difference };
}
