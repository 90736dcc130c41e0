/** What a user should know of a placed network: what is not proven, what can never fire, and the clock that it needs. */
import type { Network } from "../../src/network/network.ts";
import { isIntegrateAndFire } from "../../src/network/network.ts";
import { type Allocation, always, sizeOfParts } from "./allocate.ts";
import { type NeuronBounds, neuronBounds } from "./bounds.ts";
import type { XyloChip } from "./chips.ts";
import { estimateClock } from "./clock.ts";
import type { XyloConfiguration } from "./configuration.ts";
import { relaySpikes } from "./relay.ts";

const mostInputSpikes = 15;

/** Spikes of each channel in a step at most. */
function channelSpikes(network: Network, { channels }: Allocation): number[] {
  return channels.flatMap(({ source, size, relay }) => {
    const { kind } = network.inputs.find(({ name }) => name === source)?.encoder ?? { kind: always };
    const most = relay ? relaySpikes.first : kind === "spikes" ? mostInputSpikes : 1;
    return new Array<number>(size).fill(most);
  });
}

const range = (first: number, size: number) => Array.from({ length: size }, (_, i) => first + i);

/** Layers of hidden neurons, those of relays first: they hear channels alone. */
function layerOrder(network: Network, { hidden, first }: Allocation): number[][] {
  const names = new Set(network.populations.map(({ name }) => name));
  const relays = hidden.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  const layers = network.populations
    .map(({ name }) => name)
    .filter((name) => hidden.some((part) => part.name === name));
  return [...relays, ...layers].map((name) =>
    range(first.get(name)!, hidden.find((part) => part.name === name)!.size),
  );
}

function layerNotes(name: string, bounds: readonly NeuronBounds[], never: boolean): string[] {
  const notes: string[] = [];
  const unproven = bounds.filter(({ proven, spikes }) => !proven || (never && spikes > 0)).length;
  if (unproven > 0)
    notes.push(
      `${name}: not proven for ${unproven} of ${bounds.length} neurons: with every input at its largest, sums could leave 16 bits, where the chip saturates at each addition and the simulation once a step`,
    );
  const dead = bounds.filter(({ spikes }) => spikes === 0).length;
  if (!never && dead > 0)
    notes.push(
      dead === bounds.length
        ? `${name}: dead: no neuron can reach its threshold, whatever the input`
        : `${name}: ${dead} of ${bounds.length} neurons can never reach their thresholds`,
    );
  return notes;
}

function clockNote(configuration: XyloConfiguration, chip: XyloChip): string {
  const wide = chip.limits.inputNeurons === chip.limits.hiddenNeurons;
  const { cyclesPerStep, hertz } = estimateClock(configuration, wide);
  const megahertz = (hertz / 1e6).toPrecision(3);
  return `clock: ${Math.ceil(cyclesPerStep)} cycles a step at most, so that steps of ${configuration.dt * 1000} ms take ${megahertz} MHz (20 % added)`;
}

export function fitNotes(
  network: Network,
  allocation: Allocation,
  configuration: XyloConfiguration,
  steps: number,
  chip: XyloChip,
): string[] {
  const bounds = neuronBounds(
    configuration,
    channelSpikes(network, allocation),
    layerOrder(network, allocation),
    steps,
  );
  const notes = network.populations.filter(isIntegrateAndFire).flatMap(({ name, law }) => {
    const stage = allocation.stages.get(name) === "output" ? "outputs" : "hidden";
    const size = [...allocation.hidden, ...allocation.outputs].find((part) => part.name === name)!.size;
    const first = allocation.first.get(name)!;
    return layerNotes(name, bounds[stage].slice(first, first + size), law.compare === "never");
  });
  const relays = sizeOfParts(allocation.channels.filter(({ relay }) => relay));
  if (relays > 0) notes.push(`${relays} hidden neurons relay the biases of outputs`);
  return [...notes, clockNote(configuration, chip)];
}
