/** Spikes of the Network as input of the chip, and the chip's spikes and membranes under the Network's names. */
import { SpikecError } from "../../src/errors/error.ts";
import { type Events, type SpikeTrain, stepsOf } from "../../src/network/spikes.ts";
import type { ChipEvents, Stimulus } from "../../src/target/target.ts";
import type { LoihiPlacement, PlacedLayer } from "./placement.ts";

export function stimulus({ input, network }: LoihiPlacement, train: SpikeTrain): Stimulus {
  const events = train.events.get(input.name);
  const fail = (what: string) => new SpikecError("SPK-0403", what, { where: input.name });
  if (events === undefined) throw fail("no spikes were given for this input");
  const size = network.inputs[0].shape.reduce((product, extent) => product * extent, 1);
  const { offsets, neurons, values } = events;
  const charges: [number, number][][] = Array.from({ length: train.steps }, () => []);
  if (stepsOf(events) > train.steps)
    throw fail(`${stepsOf(events)} steps of spikes for a run of ${train.steps}`);
  for (let step = 0; step < stepsOf(events); step++)
    for (let event = offsets[step]; event < offsets[step + 1]; event++) {
      const value = values?.[event] ?? 1;
      if (neurons[event] >= size) throw fail(`a spike of neuron ${neurons[event]}, the input has ${size}`);
      if (input.messageBits === 0 && value !== 1) throw fail("this input gives one spike a step");
      charges[step].push([neurons[event], value]);
    }
  return { steps: train.steps, charges };
}

/**
 * Spikes of one layer. Before its latency a layer is not cleared yet: what its biases make it send until then reaches only
 * layers that are cleared after it arrives, and is no part of the run.
 */
function eventsOf(
  { first, size, latency, neuron }: PlacedLayer,
  { steps, addresses, values }: ChipEvents,
): Events {
  const starts = neuron?.kind === "SDNN" ? 0 : latency;
  const offsets = new Uint32Array(steps + 1);
  const neurons: number[] = [];
  const carried: number[] = [];
  for (let step = 0; step < steps; step++) {
    addresses[step].forEach((address, i) => {
      if (step < starts || address < first || address >= first + size) return;
      neurons.push(address - first);
      carried.push(values?.[step][i] ?? 1);
    });
    offsets[step + 1] = neurons.length;
  }
  const plain = carried.every((value) => value === 1);
  return { offsets, neurons: Uint32Array.from(neurons), values: plain ? null : Int32Array.from(carried) };
}

export function readings(placement: LoihiPlacement, events: ChipEvents): SpikeTrain {
  const { layers, observed, network } = placement;
  const seen = layers.filter(({ name }) => observed.includes(name));
  const trains = new Map(seen.map((layer) => [layer.name, eventsOf(layer, events)]));
  const { population, read } = network.readout;
  if (read !== "membrane") return { steps: events.steps, events: trains };
  const { membraneScale } = layers.find(({ name }) => name === population)!;
  const membranes = Int32Array.from(events.membranes ?? [], ([, value]) => Math.floor(value / membraneScale));
  return { steps: events.steps, events: trains, membranes: new Map([[population, membranes]]) };
}
