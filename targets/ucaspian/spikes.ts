/**
 * Spikes of the Network as charges for the chip, and fires of the chip as spikes of the Network.
 * Network step k is chip step k + 1: the charge of step k is given before that chip step, where its relay fires.
 */
import { SpikecError } from "../../src/errors/error.ts";
import { type Events, type SpikeTrain, stepsOf } from "../../src/network/spikes.ts";
import type { ChipEvents, Stimulus } from "../../src/target/target.ts";
import { type Group, groupNamed } from "./layout.ts";
import type { UcaspianPlacement } from "./place.ts";

/** A relay fires once however large its charge is; 1 is enough for a threshold of 0. */
const relayCharge = 1;

function addCharges(charges: [number, number][][], group: Group, events: Events): void {
  const fail = (what: string) => new SpikecError("SPK-0403", what, { where: group.name });
  const steps = stepsOf(events);
  if (steps > charges.length) throw fail(`${steps} steps of spikes for a run of ${charges.length}`);
  if (events.values?.some((value) => value !== 1))
    throw fail("an input neuron of the chip gives one spike a step");
  for (let step = 0; step < steps; step++) {
    for (const neuron of events.neurons.subarray(events.offsets[step], events.offsets[step + 1])) {
      if (neuron >= group.count) throw fail(`a spike of neuron ${neuron}, the input has ${group.count}`);
      charges[step].push([group.first + neuron, relayCharge]);
    }
  }
}

/** charges[s] are given before chip step s + 1. Every input of the network must be in `input`. */
export function stimulus(placement: UcaspianPlacement, input: SpikeTrain): Stimulus {
  const charges: [number, number][][] = Array.from({ length: input.steps }, () => []);
  for (const group of placement.groups.filter(({ kind }) => kind === "input")) {
    const events = input.events.get(group.name);
    if (events === undefined) {
      throw new SpikecError("SPK-0403", "no spikes were given for this input", { where: group.name });
    }
    addCharges(charges, group, events);
  }
  return { steps: input.steps, charges };
}

function eventsOf(group: Group, events: ChipEvents): Events {
  const neurons: number[] = [];
  const offsets = new Uint32Array(events.steps + 1);
  for (let step = 0; step < events.steps; step++) {
    const fired = events.addresses[step]
      .map((address) => address - group.first)
      .filter((neuron) => neuron >= 0 && neuron < group.count)
      .sort((a, b) => a - b);
    neurons.push(...fired);
    offsets[step + 1] = neurons.length;
  }
  return { offsets, neurons: Uint32Array.from(neurons), values: null };
}

/** Spikes of the observed populations (and inputs), at absolute Network steps. */
export function readings(placement: UcaspianPlacement, events: ChipEvents): SpikeTrain {
  const groups = placement.observed.map((name) => groupNamed(placement.groups, name));
  return {
    steps: events.steps,
    events: new Map(groups.map((group) => [group.name, eventsOf(group, events)])),
  };
}
