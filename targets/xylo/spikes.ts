/** Spikes of the Network as spikes of the chip's channels, and the chip's spikes and membranes under the Network's names. */
import { SpikecError } from "../../src/errors/error.ts";
import { isIntegrateAndFire, sizeOf } from "../../src/network/network.ts";
import { type Events, type SpikeTrain, stepsOf } from "../../src/network/spikes.ts";
import type { ChipEvents, Stimulus } from "../../src/target/target.ts";
import { always, type ChannelPart } from "./allocate.ts";
import type { XyloChip } from "./chips.ts";
import type { XyloPlacement } from "./place.ts";
import { relaySpikes } from "./relay.ts";

const mostInputSpikes = 15;

type Charges = [number, number][][];

function addSample(
  charges: Charges,
  { first, size, delay }: ChannelPart,
  name: string,
  events: Events,
): void {
  const fail = (what: string) => new SpikecError("SPK-0403", what, { where: name });
  const { offsets, neurons, values } = events;
  if (stepsOf(events) > charges.length)
    throw fail(`${stepsOf(events)} steps of spikes for a run of ${charges.length}`);
  for (let step = 0; step < stepsOf(events); step++)
    for (let event = offsets[step]; event < offsets[step + 1]; event++) {
      const count = values?.[event] ?? 1;
      if (neurons[event] >= size) throw fail(`a spike of neuron ${neurons[event]}, the input has ${size}`);
      if (count < 0 || count > mostInputSpikes)
        throw fail(`${count} spikes in a step; a channel takes 0 to ${mostInputSpikes}`);
      charges[step + delay]?.push([first + neurons[event], count]);
    }
}

/** An always-on input fires at every step of the input window; a relay's channel begins with two spikes. */
function addAlways(charges: Charges, { first, size, delay, relay }: ChannelPart, window: number): void {
  for (let step = 0; step < window; step++) {
    const count = relay && step === 0 ? relaySpikes.first : relaySpikes.later;
    for (let channel = first; channel < first + size; channel++)
      charges[step + delay]?.push([channel, count]);
  }
}

/** charges[t]: [channel, spikes], beyond the input's steps where an input is delayed. Every input must be in `input`. */
export function stimulus({ network, allocation }: XyloPlacement, input: SpikeTrain): Stimulus {
  const latest = Math.max(0, ...allocation.channels.map(({ delay }) => delay));
  const charges: Charges = Array.from({ length: input.steps + latest }, () => []);
  for (const part of allocation.channels) {
    if (part.source === always) {
      addAlways(charges, part, Math.min(network.timesteps, input.steps));
      continue;
    }
    const events = input.events.get(part.source);
    if (events === undefined)
      throw new SpikecError("SPK-0403", "no spikes were given for this input", { where: part.source });
    addSample(charges, part, part.source, events);
  }
  return { steps: charges.length, charges };
}

function eventsOf({ steps, addresses, values }: ChipEvents, first: number, size: number): Events {
  const offsets = new Uint32Array(steps + 1);
  const neurons: number[] = [];
  const counts: number[] = [];
  for (let step = 0; step < steps; step++) {
    addresses[step].forEach((address, i) => {
      if (address < first || address >= first + size) return;
      neurons.push(address - first);
      counts.push(values?.[step][i] ?? 1);
    });
    offsets[step + 1] = neurons.length;
  }
  const plain = counts.every((count) => count === 1);
  return { offsets, neurons: Uint32Array.from(neurons), values: plain ? null : Int32Array.from(counts) };
}

/** Outputs are numbered behind the chip's hidden neurons, as the maker's tools number them. */
export function readings(chip: XyloChip, placement: XyloPlacement, events: ChipEvents): SpikeTrain {
  const { network, observed, allocation } = placement;
  const addressOf = (name: string) =>
    allocation.first.get(name)! + (allocation.stages.get(name) === "output" ? chip.limits.hiddenNeurons : 0);
  const seen = network.populations.filter(({ name }) => observed.includes(name));
  const trains = new Map(
    seen.map(({ name, shape }) => [name, eventsOf(events, addressOf(name), sizeOf(shape))]),
  );
  const membranes = new Map<string, Int32Array>();
  for (const { name, shape } of seen.filter(isIntegrateAndFire)) {
    if (allocation.stages.get(name) !== "output") continue;
    const own = (events.membranes ?? []).filter(
      ([address]) => address >= addressOf(name) && address < addressOf(name) + sizeOf(shape),
    );
    membranes.set(
      name,
      Int32Array.from(own, ([, v]) => v),
    );
  }
  return { steps: events.steps, events: trains, membranes };
}
