/** Does the Network fit the chip: every reason why not, or what it uses. */
import type { Network } from "../../src/network/network.ts";
import type { FitReason, FitUse } from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import type { Group } from "./layout.ts";
import type { Wiring } from "./wiring.ts";

/** Reasons that concern single neurons, one a group: the worst neuron stands for it. */
function neuronReasons(groups: readonly Group[], wiring: Wiring): FitReason[] {
  const reasons: FitReason[] = [];
  for (const { name, first, count } of groups) {
    const fanOut = wiring.fanOut.subarray(first, first + count).reduce((most, n) => Math.max(most, n), 0);
    if (fanOut > chip.limits.fanOut) {
      const help = "make the layers that it feeds smaller, or prune weights to 0";
      reasons.push({ layer: name, resource: "fan-out", need: fanOut, limit: chip.limits.fanOut, help });
    }
    const delays = wiring.delays
      .slice(first, first + count)
      .reduce((most, set) => Math.max(most, set.size), 0);
    if (delays > 1) {
      const help = "give all projections that leave it the same delay, or feed them from copies of it";
      reasons.push({ layer: name, resource: "delays of one source neuron", need: delays, limit: 1, help });
    }
    reasons.push(...weightReasons(name, wiring.weights.slice(first, first + count)));
  }
  return reasons;
}

function delayReasons(network: Network): FitReason[] {
  const { low, high } = chip.rules.delay;
  return network.projections
    .filter(({ delay }) => delay < low || delay > high)
    .map(({ name, delay }) => {
      const help =
        delay < low ? `a projection takes at least ${low} step` : "use shorter delays or fewer layers";
      return { layer: name, resource: `delay (${low} to ${high})`, need: delay, limit: high, help };
    });
}

/** Synapses of several projections or pool windows between the same two neurons are one synapse here. */
function weightReasons(name: string, weights: readonly Map<number, number>[]): FitReason[] {
  const worst = { high: 0, low: 0 };
  for (const row of weights) {
    for (const weight of row.values()) {
      worst.high = Math.max(worst.high, weight);
      worst.low = Math.min(worst.low, weight);
    }
  }
  const help = "use smaller weights, or pool without overlap";
  const reasons: FitReason[] = [];
  if (worst.high > 127) reasons.push({ layer: name, resource: "weight", need: worst.high, limit: 127, help });
  if (worst.low < -128)
    reasons.push({ layer: name, resource: "negative weight", need: worst.low, limit: -128, help });
  return reasons;
}

function totalReasons(neurons: number, inputs: number, synapses: number): FitReason[] {
  const reason = (resource: string, need: number, limit: number, help: string): FitReason => {
    return { layer: "network", resource, need, limit, help };
  };
  const { limits } = chip;
  return [
    reason("neurons", neurons, limits.neurons, "use fewer or smaller layers (inputs count too)"),
    reason("input ids", inputs, limits.inputIds, "use a smaller input (a layer's bias takes an id too)"),
    reason("synapses", synapses, limits.synapses, "use smaller layers or prune weights to 0"),
  ].filter(({ need, limit }) => need > limit);
}

/** Neurons of inputs or populations. */
function count(groups: readonly Group[], kind?: Group["kind"]): number {
  return groups
    .filter((group) => kind === undefined || group.kind === kind)
    .reduce((sum, group) => sum + group.count, 0);
}

/** Why the network does not fit; empty when it does. */
export function fitReasons(network: Network, groups: readonly Group[], wiring: Wiring): FitReason[] {
  return [
    ...totalReasons(count(groups), count(groups, "input"), wiring.synapses),
    ...neuronReasons(groups, wiring),
    ...delayReasons(network),
  ];
}

/** What a network that fits uses of the chip. */
export function fitUses(groups: readonly Group[], wiring: Wiring): FitUse[] {
  const { limits } = chip;
  const fanOut = wiring.fanOut.reduce((most, n) => Math.max(most, n), 0);
  return [
    { resource: "neurons", used: count(groups), limit: limits.neurons },
    { resource: "synapses", used: wiring.synapses, limit: limits.synapses },
    { resource: "fan-out", used: fanOut, limit: limits.fanOut },
    { resource: "input ids", used: count(groups, "input"), limit: limits.inputIds },
  ];
}
