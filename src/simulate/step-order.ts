/**
 * Step order: populations act in the order of the network, each once a step, on the weighted sum of all that reaches it in
 * the step. Where the law accumulates by steps, which is almost everywhere.
 */
import { latencies } from "../network/latency.ts";
import { type Network, type Projection, shapeOfCurrents, sizeOf } from "../network/network.ts";
import type { SpikeTrain } from "../network/spikes.ts";
import { createEventList } from "./event-list.ts";
import { emittedAt, sentAt } from "./events-at.ts";
import type { Execution, Part } from "./execution.ts";
import { createPopulation } from "./population.ts";
import type { PopulationState } from "./population-state.ts";
import type { Carrier } from "./projection.ts";

interface Incoming {
  readonly projection: Projection;
  readonly carrier: Carrier;
  /** An analog input is the same every step: its currents are summed once a sample. null: not analog. */
  readonly constant: Float64Array | null;
}

interface SteppedPart extends Part {
  /** The first step that it takes: its latency, but 0 for sigma-delta neurons, whose biases are part of their values. */
  readonly starts: number;
  readonly state: PopulationState;
  readonly currents: Float64Array;
  readonly incoming: readonly Incoming[];
}

function prepare(network: Network, carriers: ReadonlyMap<string, Carrier>): SteppedPart[] {
  const latency = latencies(network);
  const analog = new Set(network.inputs.filter((i) => i.encoder.kind === "analog").map((i) => i.name));
  const incomingOf = (name: string, size: number): Incoming[] =>
    network.projections
      .filter((projection) => projection.target === name)
      .map((projection) => ({
        projection,
        carrier: carriers.get(projection.name)!,
        constant: analog.has(projection.source) ? new Float64Array(size) : null,
      }));
  return network.populations.map((population) => {
    const { name } = population;
    const size = sizeOf(shapeOfCurrents(population));
    const state = createPopulation(population);
    return {
      name,
      latency: latency.get(name)!,
      starts: population.kind === "sigmaDelta" ? 0 : latency.get(name)!,
      state,
      membrane: state.membrane,
      ...(state.traces === undefined ? {} : { traces: state.traces }),
      currents: new Float64Array(size),
      emitted: createEventList(),
      incoming: incomingOf(name, size),
    };
  });
}

function addInto(currents: Float64Array, constant: Float64Array): void {
  for (let i = 0; i < currents.length; i++) currents[i] += constant[i];
}

/** carriers: every projection of the network, prepared. */
export function createStepOrder(network: Network, carriers: ReadonlyMap<string, Carrier>): Execution {
  const parts = prepare(network, carriers);
  const byName = new Map(parts.map((part) => [part.name, part]));

  function takeInput(part: SteppedPart, input: SpikeTrain, step: number): void {
    for (const { projection, carrier, constant } of part.incoming) {
      const emitted = byName.get(projection.source)?.emitted;
      const at = step - projection.delay;
      const events = emitted ? emittedAt(emitted, at) : sentAt(input.events.get(projection.source)!, at);
      if (events === null) continue;
      const { neurons, values, from, to } = events;
      if (constant === null) {
        carrier.carry(neurons, values, from, to, part.currents);
        continue;
      }
      if (at === 0) carrier.carry(neurons, values, from, to, constant.fill(0));
      addInto(part.currents, constant);
    }
  }

  return {
    parts: byName,
    reset() {
      for (const { state, emitted } of parts) {
        state.reset();
        emitted.clear();
      }
    },
    step(input, step) {
      for (const part of parts) {
        if (step >= part.starts) {
          takeInput(part, input, step);
          part.state.step(part.currents, part.emitted.push);
        }
        part.emitted.endStep();
      }
    },
  };
}
