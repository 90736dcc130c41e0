/**
 * The simulator `timestep`, as sinabs 904eb89 computes a DynapcnnNetwork: in every step each core adds up all its input and its
 * bias, and gives as many spikes as thresholds fit (IAFSqueeze with MultiSpike):
 *
 *   v += weights x spikes + bias;  n = v > 0 ? trunc(v / threshold) : 0;  v -= n threshold, or v = 0 where n > 0;  v = max(v, low)
 *
 * Cores come in the order of the graph, so that a spike crosses all of them in one step; sum pools stand behind the neurons.
 */
import { SpikecError } from "../../../src/errors/error.ts";
import { type ChipConfiguration, configurationName, readoutLayer } from "./configuration.ts";
import type { Core } from "./core.ts";
import { createCores, type Emit, type Simulator } from "./simulator.ts";

/** Counts that arrive at a core in one step, [channel][row][column], and which of them are not 0. */
interface Inbox {
  readonly core: Core;
  readonly counts: Int32Array;
  readonly touched: number[];
}

/** Every core behind those that feed it. */
function inGraphOrder(cores: ReadonlyMap<number, Core>): Core[] {
  const order: Core[] = [];
  const state = new Map<number, "open" | "done">();
  const visit = (number: number): void => {
    if (number === readoutLayer || state.get(number) === "done") return;
    if (state.get(number) === "open")
      throw new SpikecError("SPK-0404", `core ${number} feeds itself; timesteps take graphs without loops`, {
        where: configurationName,
      });
    state.set(number, "open");
    const core = cores.get(number)!;
    for (const { layer } of core.configuration.destinations) visit(layer);
    state.set(number, "done");
    order.unshift(core);
  };
  for (const number of cores.keys()) visit(number);
  return order;
}

function addTo(
  { core, counts, touched }: Inbox,
  feature: number,
  row: number,
  column: number,
  count: number,
) {
  const { height, width } = core.configuration.input;
  const at = (feature * height + row) * width + column;
  if (counts[at] === 0) touched.push(at);
  counts[at] += count;
}

/** Weighted input of all counts. */
function integrate({ core, counts, touched }: Inbox): void {
  const { membranes, weights, features } = core;
  const { height, width } = core.configuration.input;
  for (const at of touched) {
    const count = counts[at];
    counts[at] = 0;
    const taps = core.covered(Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width);
    for (const { neuron, weight } of taps)
      for (let feature = 0; feature < features; feature++)
        membranes[neuron + feature] += count * weights[weight + feature];
  }
  touched.length = 0;
}

/** Bias, comparison, reset and floor of every neuron. */
function fire({ configuration, membranes, features }: Core, emit: Emit): void {
  const { core, biases, thresholdHigh, thresholdLow, returnToZero, output } = configuration;
  for (let neuron = 0; neuron < membranes.length; neuron++) {
    const feature = neuron % features;
    let v = membranes[neuron] + biases[feature];
    if (v >= thresholdHigh) {
      const count = Math.trunc(v / thresholdHigh);
      v = returnToZero ? 0 : v - count * thresholdHigh;
      const place = Math.floor(neuron / features);
      emit(core, feature, Math.floor(place / output.width), place % output.width, count);
    }
    membranes[neuron] = v < thresholdLow ? thresholdLow : v;
  }
}

export function createTimestepSimulator(configuration: ChipConfiguration): Simulator {
  const cores = createCores(configuration);
  const order = inGraphOrder(cores);
  const inboxes = new Map<number, Inbox>(
    [...cores].map(([number, core]) => {
      const { features, height, width } = core.configuration.input;
      return [number, { core, counts: new Int32Array(features * height * width), touched: [] }];
    }),
  );

  /** Pooling adds up the spikes of a window; rows and columns that fill no window are dropped. */
  function forward(core: Core, feature: number, row: number, column: number, count: number): void {
    for (const { layer, pooling } of core.configuration.destinations) {
      const inbox = inboxes.get(layer);
      if (inbox === undefined) continue; // The readout: its spikes are reported.
      const { height, width } = inbox.core.configuration.input;
      const [y, x] = [Math.floor(row / pooling), Math.floor(column / pooling)];
      if (y < height && x < width) addTo(inbox, feature, y, x, count);
    }
  }

  return {
    cores,
    reset() {
      for (const { core, counts, touched } of inboxes.values()) {
        core.reset();
        counts.fill(0);
        touched.length = 0;
      }
    },
    step(arrivals, emit) {
      for (const { cores: to, feature, row, column, count } of arrivals)
        for (const core of to) addTo(inboxes.get(core)!, feature, row, column, count);
      for (const core of order) {
        integrate(inboxes.get(core.configuration.core)!);
        fire(core, (number, feature, row, column, count) => {
          emit(number, feature, row, column, count);
          forward(core, feature, row, column, count);
        });
      }
    },
  };
}
