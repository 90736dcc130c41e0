/**
 * The simulator `event`, as the datasheet describes the chip: each event updates every neuron that it covers once, and a neuron
 * fires at most once an update; pooling divides addresses. Spikes join a queue, first in, first out. The leak (bias) is an event
 * of its own, once a tick of the slow clock: here once a step, before the step's input.
 *
 *   v = sat16(v + weight);  v >= threshold: one spike, v -= threshold or v = 0;  v = max(v, low)
 *
 * In which order the neurons under one event come is not documented. It shows in the queue, so it is a parameter.
 */
import { SpikecError } from "../../../src/errors/error.ts";
import type { ChipConfiguration } from "./configuration.ts";
import type { Core } from "./core.ts";
import { createCores, type Emit, type Simulator } from "./simulator.ts";

/** Which of the neurons under an event come first: of one feature all places, or of one place all features. */
export type ScanOrder = "feature first" | "place first";

export interface EventOrder {
  readonly scan: ScanOrder;
  /** Cores in the order in which they leak. */
  readonly leak: readonly number[];
}

const highest = 2 ** 15 - 1;
/** Visits of neurons that one step may take: cores that feed each other could go on for ever. */
const mostVisits = 2 ** 27;

interface Spike {
  readonly core: Core;
  readonly feature: number;
  readonly row: number;
  readonly column: number;
}

/** Adds to one membrane; true where it fires. */
function update({ configuration, membranes }: Core, neuron: number, amount: number): boolean {
  const { thresholdHigh, thresholdLow, returnToZero } = configuration;
  let v = Math.min(highest, membranes[neuron] + amount);
  const fires = v >= thresholdHigh;
  if (fires) v = returnToZero ? 0 : v - thresholdHigh;
  membranes[neuron] = v < thresholdLow ? thresholdLow : v;
  return fires;
}

export function createEventSimulator(
  configuration: ChipConfiguration,
  { scan, leak }: EventOrder,
): Simulator {
  const cores = createCores(configuration);
  let visits = 0;

  function spend(amount: number): void {
    visits += amount;
    if (visits > mostVisits)
      throw new SpikecError("SPK-0708", `more than ${mostVisits} updates of neurons in one step`);
  }

  /** One event at a core: every neuron under it, once. */
  function visit(core: Core, channel: number, row: number, column: number, queue: Spike[]): void {
    const { features, weights } = core;
    const taps = core.covered(channel, row, column);
    spend(taps.length * features);
    const updateOne = (tap: (typeof taps)[number], feature: number): void => {
      if (update(core, tap.neuron + feature, weights[tap.weight + feature]))
        queue.push({ core, feature, row: tap.row, column: tap.column });
    };
    if (scan === "place first") {
      for (const tap of taps) for (let feature = 0; feature < features; feature++) updateOne(tap, feature);
    } else {
      for (let feature = 0; feature < features; feature++) for (const tap of taps) updateOne(tap, feature);
    }
  }

  function serve({ core, feature, row, column }: Spike, queue: Spike[], emit: Emit): void {
    emit(core.configuration.core, feature, row, column, 1);
    for (const { layer, pooling } of core.configuration.destinations) {
      const next = cores.get(layer);
      if (next === undefined) continue; // The readout: its spikes are reported.
      const { height, width } = next.configuration.input;
      const [y, x] = [Math.floor(row / pooling), Math.floor(column / pooling)];
      if (y < height && x < width) visit(next, feature, y, x, queue);
    }
  }

  function drain(queue: Spike[], emit: Emit): void {
    for (const spike of queue) serve(spike, queue, emit); // The queue grows meanwhile.
  }

  /** Every neuron of a core leaks by its bias: a core whose biases are all 0 has no leak. */
  function leakOf(core: Core, queue: Spike[]): void {
    const { biases, output } = core.configuration;
    if (biases.every((bias) => bias === 0)) return;
    const { features } = core;
    spend(core.membranes.length);
    for (let feature = 0; feature < features; feature++)
      for (let row = 0; row < output.height; row++)
        for (let column = 0; column < output.width; column++)
          if (update(core, (row * output.width + column) * features + feature, biases[feature]))
            queue.push({ core, feature, row, column });
  }

  return {
    cores,
    reset() {
      for (const core of cores.values()) core.reset();
    },
    step(arrivals, emit) {
      visits = 0;
      const leaked: Spike[] = [];
      for (const number of leak) leakOf(cores.get(number)!, leaked);
      drain(leaked, emit);
      for (const { cores: to, feature, row, column, count } of arrivals)
        for (let times = 0; times < count; times++) {
          const queue: Spike[] = [];
          for (const core of to) visit(cores.get(core)!, feature, row, column, queue);
          drain(queue, emit);
        }
    },
  };
}
