/**
 * The synapses of the whole Network by chip id of their source: on this chip a neuron's synapses are one range, and they
 * share one delay, whatever projection they are from.
 */
import type { Network } from "../../src/network/network.ts";
import { afferentsOf } from "../../src/target/synapses.ts";
import { type Group, groupNamed } from "./layout.ts";

/** Beyond these a network cannot fit anyway: first its synapses are only counted, then counting ends too. */
const storedSynapses = 65_536;
const countedSynapses = 2 ** 24;

/** What a source neuron has grown so far, over all projections that leave it. */
export interface Wiring {
  /** By source id: Network delays of its synapses. */
  readonly delays: Set<number>[];
  /** By source id: weights by target id. */
  readonly weights: Map<number, number>[];
  readonly fanOut: Uint32Array;
  synapses: number;
}

function emptyWiring(neurons: number): Wiring {
  return {
    delays: Array.from({ length: neurons }, () => new Set<number>()),
    weights: Array.from({ length: neurons }, () => new Map<number, number>()),
    fanOut: new Uint32Array(neurons),
    synapses: 0,
  };
}

function addSynapse(wiring: Wiring, source: number, target: number, weight: number): void {
  const before = wiring.weights[source].get(target);
  if (before === undefined) {
    wiring.fanOut[source]++;
    wiring.synapses++;
    if (wiring.synapses > storedSynapses) return;
  }
  wiring.weights[source].set(target, (before ?? 0) + weight);
}

/** Weights that cancel each other are no synapse. */
function dropCancelled(wiring: Wiring): void {
  wiring.weights.forEach((row, source) => {
    for (const [target, weight] of row) {
      if (weight !== 0) continue;
      row.delete(target);
      wiring.fanOut[source]--;
      wiring.synapses--;
    }
  });
}

/** Wires all projections. Works for networks of any size, in bounded time and memory. */
export function wire(network: Network, groups: readonly Group[]): Wiring {
  const wiring = emptyWiring(groups.reduce((sum, group) => sum + group.count, 0));
  for (const projection of network.projections) {
    const firstSource = groupNamed(groups, projection.source).first;
    const firstTarget = groupNamed(groups, projection.target).first;
    for (const { target, sources, weights } of afferentsOf(projection, network)) {
      sources.forEach((source, k) => {
        wiring.delays[firstSource + source].add(projection.delay);
        addSynapse(wiring, firstSource + source, firstTarget + target, weights[k]);
      });
      if (wiring.synapses > countedSynapses) return wiring;
    }
  }
  dropCancelled(wiring);
  return wiring;
}
