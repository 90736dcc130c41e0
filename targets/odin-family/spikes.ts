/** Spikes of the Network as AER events of the chip, and AER outputs of the chip as spikes of the Network. */
import { SpikecError } from "../../src/errors/error.ts";
import { type Events, type SpikeTrain, stepsOf } from "../../src/network/spikes.ts";
import type { ChipEvents, Stimulus } from "../../src/target/target.ts";
import { leakAddress } from "./chip.ts";
import { addressOf, type Group, groupNamed } from "./layout.ts";
import type { FamilyPlacement } from "./place.ts";

/** Adds the events of one input, ascending; a neuron with two addresses gives two events, one after the other. */
function addSpikes(charges: [number, number][][], group: Group, events: Events): void {
  const fail = (what: string) => new SpikecError("SPK-0403", what, { where: group.name });
  const steps = stepsOf(events);
  if (steps > charges.length) throw fail(`${steps} steps of spikes for a run of ${charges.length}`);
  for (let step = 0; step < steps; step++)
    for (let event = events.offsets[step]; event < events.offsets[step + 1]; event++) {
      const neuron = events.neurons[event];
      if (neuron >= group.neurons) throw fail(`a spike of neuron ${neuron}, the input has ${group.neurons}`);
      const spikes = events.values?.[event] ?? 1;
      if (spikes < 0) throw fail("an event of the chip is a spike: it cannot be negative");
      for (let spike = 0; spike < spikes; spike++)
        for (let copy = 0; copy < group.copies; copy++)
          charges[step].push([addressOf(group, neuron, copy), 1]);
    }
}

/**
 * charges[t]: [address, 1] for every event of step t, in order: the leak first, where any neuron has one, then the inputs.
 * Every input of the network must be in `input`.
 */
export function stimulus(placement: FamilyPlacement, input: SpikeTrain): Stimulus {
  const leaks = placement.neurons.some(({ leak }) => leak > 0);
  const charges: [number, number][][] = Array.from({ length: input.steps }, () =>
    leaks ? [[leakAddress, 1]] : [],
  );
  for (const group of placement.groups.filter(({ kind }) => kind === "input")) {
    const events = input.events.get(group.name);
    if (events === undefined)
      throw new SpikecError("SPK-0403", "no spikes were given for this input", { where: group.name });
    addSpikes(charges, group, events);
  }
  return { steps: input.steps, charges };
}

/** A neuron may fire several times in a step: values count them. Of two addresses that fire together one is read. */
function eventsOf(group: Group, { steps, addresses }: ChipEvents): Events {
  const neurons: number[] = [];
  const values: number[] = [];
  const offsets = new Uint32Array(steps + 1);
  for (let step = 0; step < steps; step++) {
    const counts = new Map<number, number>();
    for (const address of addresses[step]) {
      const [neuron, copy] = [
        Math.floor((address - group.first) / group.copies),
        (address - group.first) % group.copies,
      ];
      if (neuron >= 0 && neuron < group.neurons && copy === 0)
        counts.set(neuron, (counts.get(neuron) ?? 0) + 1);
    }
    for (const neuron of [...counts.keys()].sort((a, b) => a - b)) {
      neurons.push(neuron);
      values.push(counts.get(neuron)!);
    }
    offsets[step + 1] = neurons.length;
  }
  return {
    offsets,
    neurons: Uint32Array.from(neurons),
    values: values.some((value) => value !== 1) ? Int32Array.from(values) : null,
  };
}

/** Spikes of the observed populations, at absolute Network steps. */
export function readings(placement: FamilyPlacement, events: ChipEvents): SpikeTrain {
  const groups = placement.observed.map((name) => groupNamed(placement.groups, name));
  return {
    steps: events.steps,
    events: new Map(groups.map((group) => [group.name, eventsOf(group, events)])),
  };
}
