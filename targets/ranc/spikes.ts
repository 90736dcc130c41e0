/** Spikes of the Network as packets, and rows of the output bus as spikes of the Network. Network step k is tick k. */
import { SpikecError } from "../../src/errors/error.ts";
import { sizeOf } from "../../src/network/network.ts";
import { type Events, type SpikeTrain, stepsOf } from "../../src/network/spikes.ts";
import type { ChipEvents, Stimulus } from "../../src/target/target.ts";
import type { Destination } from "./layout.ts";
import type { RancPlacement } from "./place.ts";

/** {dx 9, dy 9, axon 8, tick 4} in 30 bits; inputs enter at the core (0, 0). */
export function packetWord(dx: number, dy: number, axon: number, tick: number): number {
  return ((dx & 0x1ff) << 21) | ((dy & 0x1ff) << 12) | ((axon & 0xff) << 4) | (tick & 0x0f);
}

function addPackets(
  charges: [number, number][][],
  { grid }: RancPlacement,
  name: string,
  destinations: readonly Destination[],
  neurons: number,
  events: Events,
): void {
  const fail = (what: string) => new SpikecError("SPK-0403", what, { where: name });
  const steps = stepsOf(events);
  if (steps > charges.length) throw fail(`${steps} steps of spikes for a run of ${charges.length}`);
  if (events.values?.some((value) => value !== 1)) throw fail("an axon takes one spike a tick");
  for (let step = 0; step < steps; step++)
    for (const neuron of events.neurons.subarray(events.offsets[step], events.offsets[step + 1])) {
      if (neuron >= neurons) throw fail(`a spike of neuron ${neuron}, the input has ${neurons}`);
      for (const { core, firstAxon, tick } of destinations) {
        const [x, y] = [core! % grid.width, Math.floor(core! / grid.width)];
        charges[step].push([packetWord(x, y, firstAxon + neuron, tick), 1]);
      }
    }
}

/** charges[k]: [packet, 1] for every axon that a spike of step k goes to. Every input must be in `input`. */
export function stimulus(placement: RancPlacement, input: SpikeTrain): Stimulus {
  const charges: [number, number][][] = Array.from({ length: input.steps }, () => []);
  for (const { name, shape } of placement.network.inputs) {
    const events = input.events.get(name);
    if (events === undefined)
      throw new SpikecError("SPK-0403", "no spikes were given for this input", { where: name });
    addPackets(charges, placement, name, placement.inputs.get(name)!, sizeOf(shape), events);
  }
  return { steps: input.steps, charges };
}

function eventsOf({ steps, addresses }: ChipEvents, first: number, size: number): Events {
  const neurons: number[] = [];
  const offsets = new Uint32Array(steps + 1);
  for (let step = 0; step < steps; step++) {
    for (const output of addresses[step])
      if (output >= first && output < first + size) neurons.push(output - first);
    offsets[step + 1] = neurons.length;
  }
  return { offsets, neurons: Uint32Array.from(neurons), values: null };
}

/** Spikes of the observed populations, at absolute Network steps. */
export function readings({ network, outputs }: RancPlacement, events: ChipEvents): SpikeTrain {
  const seen = network.populations.filter(({ name }) => outputs.has(name));
  return {
    steps: events.steps,
    events: new Map(
      seen.map(({ name, shape }) => [name, eventsOf(events, outputs.get(name)!, sizeOf(shape))]),
    ),
  };
}
