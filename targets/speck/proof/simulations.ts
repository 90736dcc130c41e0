/** The chip's two simulators on a loaded configuration, against recorded spikes, totals and membranes. */
import type { VectorResult } from "../../../src/target/target.ts";
import type { ChipConfiguration } from "../device/configuration.ts";
import { createEventSimulator } from "../device/event.ts";
import type { Arrival, Simulator } from "../device/simulator.ts";
import { createTimestepSimulator } from "../device/timestep.ts";

type Spike = readonly [step: number, feature: number, row: number, column: number, count: number];

interface Expected {
  readonly name: string;
  /** By core, [feature][row][column]; not every core is there. */
  readonly v_mem_final: Readonly<Record<string, readonly number[]>>;
}

export interface TimestepSimulation extends Expected {
  readonly T: number;
  /** [step, channel, row, column, count] */
  readonly input: readonly Spike[];
  /** By core; before pooling. spikes: null where they are too many to list. */
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
  /** Of the last layer, over all steps. */
  readonly output_counts: readonly number[];
}

export interface EventSimulation extends Expected {
  /** [microseconds, channel, row, column] */
  readonly events: readonly (readonly [number, number, number, number])[];
  /** [microseconds, core, feature, row, column], in their order. */
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

function membraneDifference(simulator: Simulator, { v_mem_final }: Expected): string | null {
  for (const [core, expected] of Object.entries(v_mem_final)) {
    const found = membranesOf(simulator, Number(core));
    const at = expected.findIndex((value, i) => value !== found[i]);
    if (at !== -1) return `core ${core}, neuron ${at}: membrane ${found[at]} instead of ${expected[at]}`;
  }
  return null;
}

/** Both as "step, feature, row, column, count" in ascending order: the first that one lacks. */
function spikeDifference(core: string, expected: readonly Spike[], found: readonly Spike[]): string | null {
  const ordered = (spikes: readonly Spike[]) =>
    [...spikes].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3]).map(String);
  const [wanted, given] = [ordered(expected), ordered(found)];
  const at = wanted.findIndex((spike, i) => spike !== given[i]);
  if (at === -1 && wanted.length === given.length) return null;
  const index = at === -1 ? wanted.length : at;
  return `core ${core}: spike [step, feature, row, column, count] ${given[index]} instead of ${wanted[index]}`;
}

export function runTimestepSimulation(
  network: string,
  configuration: ChipConfiguration,
  entries: readonly number[],
  simulation: TimestepSimulation,
): VectorResult {
  const simulator = createTimestepSimulator(configuration);
  const found = new Map<number, Spike[]>(configuration.cores.map(({ core }) => [core, []]));
  for (let step = 0; step < simulation.T; step++) {
    const arrivals = simulation.input
      .filter(([at]) => at === step)
      .map(([, feature, row, column, count]): Arrival => ({ cores: entries, feature, row, column, count }));
    simulator.step(arrivals, (core, ...spike) => found.get(core)!.push([step, ...spike]));
  }
  let difference: string | null = null;
  for (const [core, { spikes, total, per_feature }] of Object.entries(simulation.layers)) {
    const own = found.get(Number(core))!;
    if (spikes !== null) difference ??= spikeDifference(core, spikes, own);
    const features = per_feature.map(() => 0);
    for (const [, feature, , , count] of own) features[feature] += count;
    const sum = features.reduce((all, count) => all + count, 0);
    if (sum !== total) difference ??= `core ${core}: ${sum} spikes instead of ${total}`;
    const at = features.findIndex((count, feature) => count !== per_feature[feature]);
    if (at !== -1)
      difference ??= `core ${core}, feature ${at}: ${features[at]} spikes instead of ${per_feature[at]}`;
  }
  difference ??= membraneDifference(simulator, simulation);
  return { name: `${network}: ${simulation.name}`, exact: difference === null, difference };
}

/** The reference scans the neurons under an event place by place. */
export function runEventSimulation(
  network: string,
  configuration: ChipConfiguration,
  entries: readonly number[],
  simulation: EventSimulation,
): VectorResult {
  const leak = configuration.cores.map(({ core }) => core);
  const simulator = createEventSimulator(configuration, { scan: "place first", leak });
  const totals = new Map<number, number>(leak.map((core) => [core, 0]));
  const outputs = new Set(configuration.cores.filter(({ monitored }) => monitored).map(({ core }) => core));
  const output: string[] = [];
  for (const [time, feature, row, column] of simulation.events)
    simulator.step([{ cores: entries, feature, row, column, count: 1 }], (core, ...spike) => {
      totals.set(core, totals.get(core)! + 1);
      if (outputs.has(core)) output.push(String([time, core, ...spike.slice(0, 3)]));
    });
  let difference: string | null = null;
  const at = simulation.output.findIndex((spike, i) => String(spike) !== output[i]);
  if (at !== -1 || output.length !== simulation.output.length)
    difference = `output ${at}: [microseconds, core, feature, row, column] ${output[at]} instead of ${simulation.output[at]}`;
  for (const [core, total] of Object.entries(simulation.spike_totals))
    if (totals.get(Number(core)) !== total)
      difference ??= `core ${core}: ${totals.get(Number(core))} spikes instead of ${total}`;
  difference ??= membraneDifference(simulator, simulation);
  return { name: `${network}: ${simulation.name}`, exact: difference === null, difference };
}
