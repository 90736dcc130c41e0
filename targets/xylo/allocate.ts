/**
 * Which population becomes which of the chip's neurons, and which channels the inputs take.
 *
 * Populations that nothing follows are outputs, all others hidden neurons. Input weights reach the first 128 hidden neurons and
 * output weights leave the last 128 (Audio 3, IMU), so hidden neurons are put in the order that satisfies both. What is beyond is
 * a reason to refuse; the maker's tool leaves such weights out without a word.
 *
 * The host applies input spikes, so that an input's delay is the host's to keep: each input has channels for each of its delays.
 * Always-on inputs of hidden neurons are channels too: those of one delay share as many as the largest of them has neurons. Outputs
 * hear hidden neurons alone: theirs are relays, hidden neurons that fire once at every step because their channels make them.
 */
import { type Network, type Population, sizeOf } from "../../src/network/network.ts";
import { shapeOf } from "../../src/target/synapses.ts";

export interface HiddenPart {
  /** Population, or "relay:<delay>". */
  readonly name: string;
  readonly size: number;
  readonly hearsInput: boolean;
  readonly feedsOutput: boolean;
}

/** Channels that carry an input, one a neuron, `delay` steps later than the Network has it. */
export interface ChannelPart {
  /** Input, or "always" for all always-on inputs. */
  readonly source: string;
  readonly delay: number;
  readonly first: number;
  readonly size: number;
  /** The channel of a relay: it gives two spikes where its input begins. */
  readonly relay: boolean;
}

/** Name of everything that is always on. */
export const always = "always";

export interface Allocation {
  /** In the order of the chip's neurons. */
  readonly hidden: readonly HiddenPart[];
  readonly outputs: readonly { readonly name: string; readonly size: number }[];
  readonly channels: readonly ChannelPart[];
  /** First neuron by name of population or relay. */
  readonly first: ReadonlyMap<string, number>;
  readonly stages: ReadonlyMap<string, "hidden" | "output">;
}

/** Name of the relay whose spikes act `delay` steps after those of an always-on input. */
export const relayName = (delay: number) => `relay:${delay}`;

function stagesOf({ populations, projections }: Network): Map<string, "hidden" | "output"> {
  const sources = new Set(projections.map(({ source }) => source));
  return new Map(populations.map(({ name }) => [name, sources.has(name) ? "hidden" : "output"]));
}

/** In an order that keeps the input's neurons first and the outputs' last; what has to do with neither goes where it fits. */
function inOrder(parts: readonly HiddenPart[], outputSourceNeurons: number): HiddenPart[] {
  const group = (hearsInput: boolean, feedsOutput: boolean) =>
    parts.filter((part) => part.hearsInput === hearsInput && part.feedsOutput === feedsOutput);
  const [first, both, last, neither] = [
    group(true, false),
    group(true, true),
    group(false, true),
    group(false, false),
  ];
  const size = (some: readonly HiddenPart[]) => some.reduce((sum, part) => sum + part.size, 0);
  if (both.length === 0) return [...first, ...neither, ...last];
  const after = size(both) + size(neither) + size(last) <= outputSourceNeurons;
  return after ? [...first, ...both, ...neither, ...last] : [...neither, ...first, ...both, ...last];
}

export function allocate(network: Network, outputSourceNeurons: number): Allocation {
  const stages = stagesOf(network);
  const alwaysOn = new Set(
    network.inputs.filter(({ encoder }) => encoder.kind === "always").map(({ name }) => name),
  );
  const inputs = new Set(network.inputs.map(({ name }) => name));
  const channels: ChannelPart[] = [];
  let used = 0;
  function addChannels(source: string, delay: number, size: number, relay: boolean): void {
    channels.push({ source, delay, first: used, size, relay });
    used += size;
  }
  /** Neurons that are always on, by delay: as many as the largest of such inputs has. */
  const direct = new Map<number, number>();
  const relays = new Map<number, number>();
  const samples = new Set<string>();
  for (const { source, target, delay } of network.projections) {
    if (!inputs.has(source)) continue;
    const size = sizeOf(shapeOf(network, source));
    const ontoOutput = stages.get(target) === "output";
    if (alwaysOn.has(source)) {
      const among = ontoOutput ? relays : direct;
      if (!ontoOutput || delay > 0) among.set(delay, Math.max(size, among.get(delay) ?? 0));
    } else if (!samples.has(`${source} ${delay}`)) {
      samples.add(`${source} ${delay}`);
      addChannels(source, delay, size, false);
    }
  }
  for (const [delay, size] of direct) addChannels(always, delay, size, false);
  for (const [delay, size] of relays) addChannels(always, delay - 1, size, true);
  const partOf = ({ name, shape }: Population): HiddenPart => ({
    name,
    size: sizeOf(shape),
    hearsInput: network.projections.some(({ source, target }) => target === name && inputs.has(source)),
    feedsOutput: network.projections.some(
      ({ source, target }) => source === name && stages.get(target) === "output",
    ),
  });
  const hidden = inOrder(
    [
      ...network.populations.filter(({ name }) => stages.get(name) === "hidden").map(partOf),
      ...[...relays].map(([delay, size]) => ({
        name: relayName(delay),
        size,
        hearsInput: true,
        feedsOutput: true,
      })),
    ],
    outputSourceNeurons,
  );
  const outputs = network.populations
    .filter(({ name }) => stages.get(name) === "output")
    .map(({ name, shape }) => ({ name, size: sizeOf(shape) }));
  const first = new Map<string, number>();
  for (const parts of [hidden, outputs]) {
    let next = 0;
    for (const { name, size } of parts) {
      first.set(name, next);
      next += size;
    }
  }
  return { hidden, outputs, channels, first, stages };
}

export const sizeOfParts = (parts: readonly { readonly size: number }[]): number =>
  parts.reduce((sum, { size }) => sum + size, 0);
