/** The target `generic`: integrate-and-fire with int8 weights and int32 state, the road's own reference chip. */

import { sizeOf } from "../../src/network/network.ts";
import type { SpikeTrain } from "../../src/network/spikes.ts";
import { eventsBetween } from "../../src/target/chip-events.ts";
import type { ChipEvents, Placement, Stimulus, Target } from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import { createGenericDevice } from "./device.ts";
import { emit } from "./emit.ts";
import { type GenericPlacement, place } from "./place.ts";

const own = (placement: Placement) => placement as GenericPlacement;

function stimulus({ network, first }: GenericPlacement, input: SpikeTrain): Stimulus {
  const charges: [number, number][][] = Array.from({ length: input.steps }, () => []);
  for (const { name } of network.inputs) {
    const { offsets, neurons, values } = input.events.get(name)!;
    for (let step = 0; step < input.steps; step++)
      for (let event = offsets[step]; event < offsets[step + 1]; event++)
        charges[step].push([first.get(name)! + neurons[event], values?.[event] ?? 1]);
  }
  return { steps: input.steps, charges };
}

function readings({ network, first, observed }: GenericPlacement, events: ChipEvents): SpikeTrain {
  const seen = network.populations.filter(({ name }) => observed.includes(name));
  const trains = seen.map(
    ({ name, shape }) => [name, eventsBetween(events, first.get(name)!, sizeOf(shape))] as const,
  );
  const { population } = network.readout;
  const membranes = Int32Array.from(events.membranes ?? [], ([, membrane]) => membrane);
  return { steps: events.steps, events: new Map(trains), membranes: new Map([[population, membranes]]) };
}

export const generic: Target = {
  name: chip.name,
  chip,
  place,
  emit: (placement) => emit(own(placement)),
  stimulus: (placement, input) => stimulus(own(placement), input),
  readings: (placement, events) => readings(own(placement), events),
  open: async (image) => createGenericDevice(image),
};
