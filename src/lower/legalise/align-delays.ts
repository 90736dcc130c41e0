/**
 * Pass: every projection gets at least the chip's smallest delay, and where paths of different length meet, the shorter one
 * waits, so that a population hears all its sources about the same moment (docs/architecture.md, "Time").
 */
import type { Network, Projection } from "../../network/network.ts";
import type { NumericRules } from "../../target/rules.ts";

export function alignDelays(network: Network, rules: NumericRules): Network {
  const latency = new Map(network.inputs.map(({ name }) => [name, 0]));
  const incoming = (name: string) => network.projections.filter(({ target }) => target === name);
  for (const { name } of network.populations)
    latency.set(
      name,
      Math.max(...incoming(name).map(({ source }) => latency.get(source)! + rules.delay.low)),
    );
  const aligned = (projection: Projection): Projection => ({
    ...projection,
    delay: latency.get(projection.target)! - latency.get(projection.source)!,
  });
  return { ...network, projections: network.projections.map(aligned) };
}
