/** Does the Network fit a chip of the family: every reason why not, and what is not proven about the spike FIFO. */
import type { Network } from "../../src/network/network.ts";
import type { FitReason } from "../../src/target/target.ts";
import { type FamilyChip, neuronCount, type PlacedNeuron } from "./chip.ts";
import { addressCount, type Group } from "./layout.ts";
import type { Wiring } from "./wiring.ts";

function neuronReasons(groups: readonly Group[]): FitReason[] {
  const need = addressCount(groups);
  if (need <= neuronCount) return [];
  const doubled = groups.filter(({ copies }) => copies === 2).map(({ name }) => name);
  const inputs = "use fewer or smaller layers (inputs and biases take addresses too)";
  const signs = `; ${doubled.join(", ")} excite and inhibit and take two addresses a neuron`;
  const help = doubled.length === 0 ? inputs : inputs + signs;
  return [{ layer: "network", resource: "neurons", need, limit: neuronCount, help }];
}

function delayReasons(network: Network): FitReason[] {
  const help = "the chip passes spikes on at once: use delay 0";
  return network.projections
    .filter(({ delay }) => delay > 0)
    .map(({ name, delay }) => ({ layer: name, resource: "delay", need: delay, limit: 0, help }));
}

function weightReasons({ efferents }: Wiring, { weights }: FamilyChip): FitReason[] {
  return [...efferents].flatMap(([layer, neurons]) => {
    const all = neurons.flatMap((rows) => [...rows.values()].flatMap((row) => [...row.values()]));
    const high = all.reduce((most, weight) => Math.max(most, weight), 0);
    const low = all.reduce((least, weight) => Math.min(least, weight), 0);
    const help = "convert the model for this target, or use smaller weights";
    const reasons: FitReason[] = [];
    if (high > weights.high)
      reasons.push({ layer, resource: "weight", need: high, limit: weights.high, help });
    if (low < weights.low)
      reasons.push({ layer, resource: "negative weight", need: low, limit: weights.low, help });
    return reasons;
  });
}

/** Neurons beyond which nothing is wired: such a network cannot fit anyway, and its reasons need no more memory. */
export const wiredNeurons = 4096;

export function sizeReasons(groups: readonly Group[]): FitReason[] {
  return neuronReasons(groups);
}

/** Why the network does not fit; empty when it does. */
export function fitReasons(
  network: Network,
  family: FamilyChip,
  groups: readonly Group[],
  wiring: Wiring,
): FitReason[] {
  return [...neuronReasons(groups), ...delayReasons(network), ...weightReasons(wiring, family)];
}

/**
 * Spikes that find the FIFO full are dropped, and the law drops none. The most that one input event can queue is bounded by
 * the neurons that it reaches, over all layers, each firing once for every source that excites it.
 */
export function fifoNotes(
  groups: readonly Group[],
  neurons: readonly PlacedNeuron[],
  depth: number,
): string[] {
  const memory = new Map<number, number>();
  const visiting = new Set<number>();
  /** Spikes queued because of one spike of `address`, itself not counted; infinite where it can excite itself. */
  const caused = (address: number): number => {
    const known = memory.get(address);
    if (known !== undefined) return known;
    if (visiting.has(address)) return Number.POSITIVE_INFINITY;
    visiting.add(address);
    let sum = 0;
    for (const [target, weight] of neurons[address].weights) if (weight > 0) sum += 1 + caused(target);
    visiting.delete(address);
    memory.set(address, sum);
    return sum;
  };
  const inputs = groups.filter(({ kind }) => kind === "input");
  let worst = 0;
  for (const { first, neurons: count, copies } of inputs)
    for (let address = first; address < first + count * copies; address++)
      worst = Math.max(worst, 1 + caused(address));
  if (worst <= depth) return [];
  const most = Number.isFinite(worst) ? `${worst} spikes` : "spikes without bound";
  return [`not proven: one input event could queue ${most}, the FIFO holds ${depth} and drops the rest`];
}
