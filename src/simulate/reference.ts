/**
 * The reference interpreter: runs any Network, one sample at a time, exactly as the neuron law and docs/architecture.md ("Time") say.
 * It is the oracle that everything faster, and every chip, is compared with.
 *
 * Absolute step t: populations act in order; each takes the events that its sources emitted at t - delay. Bias and vInit of
 * a population act from step latency(p); a run lasts T + latency(readout) steps. Within a step, event-order.ts has another
 * order for populations that compare after every event.
 */
import { isEventDriven } from "../network/check-events.ts";
import { type Network, shapeOfCurrents } from "../network/network.ts";
import { shapesByName } from "../network/shapes.ts";
import type { Events, SpikeTrain } from "../network/spikes.ts";
import { createEventOrder } from "./event-order.ts";
import type { Execution, Part } from "./execution.ts";
import { type Carrier, createCarrier } from "./projection.ts";
import { readAtStep } from "./readout.ts";
import type { SampleCounts } from "./sample-counts.ts";
import { createStepOrder } from "./step-order.ts";

export interface RunOptions {
  /** The readout is read after each of these numbers of timesteps, 1 to T in any order. Default: [T]. */
  readonly readAt?: readonly number[];
  /** Populations whose membranes are recorded at the end of each step. */
  readonly membranes?: ReadonlySet<string>;
  /** Populations whose synaptic traces are recorded at the end of each step. */
  readonly traces?: ReadonlySet<string>;
}

/** Synaptic traces of a population after one step, one value a neuron: 0 where its law has none. */
export interface TraceSample {
  readonly u: Float64Array;
  /** null where there is one trace only. */
  readonly h: Float64Array | null;
}

export interface Run {
  /** Events of every input and population at absolute steps 0 .. steps - 1. */
  readonly train: SpikeTrain;
  /** One a `readAt`: the raw reading of each readout neuron (membrane, count, or first spike as T - step). */
  readonly readings: readonly Float64Array[];
  /** Membranes of the readout population after the last counted step, for ties. One a `readAt`. */
  readonly tieBreaks: readonly Float64Array[];
  /** [steps][neurons] of the populations asked for. */
  readonly membranes: ReadonlyMap<string, readonly Float64Array[]>;
  /** [steps] of the populations asked for; absent where none were. */
  readonly traces?: ReadonlyMap<string, readonly TraceSample[]>;
  /** One a `readAt`: what was sent by then. Of engines that were opened to count. */
  readonly counts?: readonly SampleCounts[];
}

export interface Simulator {
  /** input: from `encodeSample`. Starts from vInit with empty delay buffers. */
  run(input: SpikeTrain, options?: RunOptions): Run;
  /** Prepared projections by name: fan-out for counting synaptic operations. */
  readonly carriers: ReadonlyMap<string, Carrier>;
}

/** Every projection of the network, prepared. */
function carriersOf(network: Network): Map<string, Carrier> {
  const shapes = shapesByName(network);
  const reached = new Map(network.populations.map((p) => [p.name, shapeOfCurrents(p)]));
  return new Map(
    network.projections.map(({ name, source, target, pools, connection }) => {
      const sourceShape = shapes.get(source)!;
      const targetShape = reached.get(target)!;
      return [name, createCarrier({ sourceShape, targetShape, pools, connection })];
    }),
  );
}

function tracesOf({ traces, membrane }: Part): TraceSample {
  if (traces === undefined) return { u: new Float64Array(membrane.length), h: null };
  return { u: traces.u.slice(), h: traces.h?.slice() ?? null };
}

/** A network under way, in its order: step by step, or event by event. */
export function createExecution(network: Network, carriers = carriersOf(network)): Execution {
  return isEventDriven(network) ? createEventOrder(network) : createStepOrder(network, carriers);
}

export function createSimulator(network: Network): Simulator {
  const carriers = carriersOf(network);
  const execution = createExecution(network, carriers);
  const { parts } = execution;
  const readout = parts.get(network.readout.population)!;

  function run(input: SpikeTrain, options: RunOptions = {}): Run {
    execution.reset();
    const readAt = options.readAt ?? [network.timesteps];
    const steps = network.timesteps + readout.latency;
    const membraneAt = new Map<number, Float64Array>();
    const membranes = new Map<string, Float64Array[]>();
    const traces = new Map<string, TraceSample[]>();
    for (const name of options.membranes ?? []) membranes.set(name, []);
    for (const name of options.traces ?? []) traces.set(name, []);
    for (let step = 0; step < steps; step++) {
      execution.step(input, step);
      for (const [name, samples] of membranes) samples.push(parts.get(name)!.membrane.slice());
      for (const [name, samples] of traces) samples.push(tracesOf(parts.get(name)!));
      const counted = step - readout.latency + 1;
      if (readAt.includes(counted)) membraneAt.set(counted, readout.membrane.slice());
    }
    const events = new Map<string, Events>(input.events);
    for (const [name, { emitted }] of parts) events.set(name, emitted.toEvents());
    const train = { steps, events };
    const tieBreaks = readAt.map((timesteps) => membraneAt.get(timesteps)!);
    const readings = readAt.map((timesteps, i) => readAtStep(network, train, timesteps, tieBreaks[i]));
    return { train, readings, tieBreaks, membranes, ...(traces.size === 0 ? {} : { traces }) };
  }

  return { run, carriers };
}
