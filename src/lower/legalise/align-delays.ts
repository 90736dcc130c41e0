/**
 * Pass: every projection gets at least the chip's smallest delay, and where paths of different length meet, the shorter one
 * waits, so that a population hears all its sources about the same moment (docs/architecture.md, "Time").
 *
 * A delay of the network's own (recurrence, trained delays) is time that a chip may take: only what is missing of its
 * smallest delay is added, and what is fed back along the way takes the time that its source lies behind its target.
 */
import type { Network, Projection } from "../../network/network.ts";
import type { NumericRules } from "../../target/rules.ts";

/** Steps that the chip adds to a projection at least. */
function added({ modelDelay = 0 }: Projection, rules: NumericRules): number {
  return Math.max(0, rules.delay.low - modelDelay);
}

export function alignDelays(network: Network, rules: NumericRules): Network {
  const latency = new Map(network.inputs.map(({ name }) => [name, 0]));
  for (const { name } of network.populations) {
    // Sources without a latency stand at its side or behind it: feedback.
    const forward = network.projections.filter(
      ({ source, target }) => target === name && latency.has(source),
    );
    latency.set(
      name,
      Math.max(0, ...forward.map((along) => latency.get(along.source)! + added(along, rules))),
    );
  }
  const aligned = (projection: Projection): Projection => {
    const { source, target, modelDelay = 0 } = projection;
    const shift = latency.get(target)! - latency.get(source)!;
    if (modelDelay === 0) return { ...projection, delay: shift };
    // Below the chip's smallest delay, a loop is shorter than the chip's way round it: `violations` names it.
    const delay = Math.max(0, shift + modelDelay);
    return { ...projection, delay, modelDelay: Math.min(modelDelay, delay) };
  };
  return { ...network, projections: network.projections.map(aligned) };
}
