/** Random networks of populations that compare after every event: shortcuts, feedback, delays, and synapses of weight 0. */
import fc from "fast-check";
import { runLength } from "../../src/network/latency.ts";
import type { Connection, Input, Network, Projection } from "../../src/network/network.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createEventOrder } from "../../src/simulate/event-order.ts";
import { arbitraryEventLaw } from "./arbitrary-law.ts";
import { networkOf, population, spikesIn } from "./small-networks.ts";

const sizes = [3, 2, 3] as const;

function connectionOf(sources: number, targets: number): fc.Arbitrary<Connection> {
  const weight = fc.oneof(fc.constant(0), fc.integer({ min: -150, max: 250 }));
  const weights = (length: number) =>
    fc.array(weight, { minLength: length, maxLength: length }).map((values) => Int32Array.from(values));
  const fans = fc.array(fc.array(fc.nat(targets - 1), { maxLength: 3 }), {
    minLength: sources,
    maxLength: sources,
  });
  const sparse = fans.chain((rows) => {
    let count = 0;
    const offsets = Int32Array.of(0, ...rows.map((row) => (count += row.length)));
    const made = {
      kind: "sparse" as const,
      offsets,
      targets: Int32Array.from(rows.flat()),
      targetSize: targets,
    };
    return weights(count).map((values) => ({ ...made, weights: values }));
  });
  const kinds: fc.Arbitrary<Connection>[] = [
    weights(sources * targets).map((values) => ({ kind: "dense" as const, weights: values })),
    sparse,
  ];
  if (sources === targets)
    kinds.push(weights(targets).map((values) => ({ kind: "oneToOne" as const, weights: values })));
  return fc.oneof(...kinds);
}

const always: Input = { name: "always", shape: [2], encoder: { kind: "always" }, polarity: "unsigned" };

function projectionFrom(
  [source, from]: readonly [string, number],
  [target, to]: readonly [string, number],
  delay: fc.Arbitrary<number>,
): fc.Arbitrary<Projection> {
  return fc.tuple(connectionOf(from, to), delay).map(([connection, d]) => ({
    name: `${source} -> ${target} (${connection.kind}, ${d})`,
    source,
    target,
    delay: d,
    pools: [],
    connection,
  }));
}

/** Input and always-on input into a, on into b and c, a shortcut, and feedback. */
export const arbitraryEventNetwork: fc.Arbitrary<Network> = fc
  .record({
    laws: fc.tuple(...sizes.map((size) => arbitraryEventLaw(size))),
    first: projectionFrom(["input", 3], ["a", sizes[0]], fc.nat(2)),
    second: projectionFrom(["a", sizes[0]], ["b", sizes[1]], fc.nat(2)),
    third: projectionFrom(["b", sizes[1]], ["c", sizes[2]], fc.constant(0)),
    besides: projectionFrom(["b", sizes[1]], ["c", sizes[2]], fc.constant(0)),
    steady: projectionFrom(["always", 2], ["b", sizes[1]], fc.nat(2)),
    back: projectionFrom(["c", sizes[2]], ["a", sizes[0]], fc.integer({ min: 1, max: 3 })),
    timesteps: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ laws, first, second, third, besides, steady, back, timesteps }) => {
    const shortcut = { ...third, name: "shortcut", source: "a", delay: second.delay + third.delay };
    const fits = third.connection.kind === "oneToOne" && sizes[0] === sizes[2] ? [shortcut] : [];
    return networkOf({
      inputs: [spikesIn(3), always],
      populations: laws.map((law, i) => population("abc"[i], law, sizes[i])),
      projections: [first, second, third, { ...besides, name: "besides" }, steady, back, ...fits],
      timesteps,
      read: "membrane",
    });
  });

/**
 * Whether a run has few enough spikes for an oracle that keeps each as a record. Gain along a path of feedback multiplies
 * them from step to step: one network of some thousands makes millions of spikes, and one of some ten thousands billions.
 */
export function firesModestly(network: Network, sample: readonly number[], most = 3000): boolean {
  const input = encodeSample(network, sample);
  const execution = createEventOrder(network);
  for (let step = 0; step < runLength(network); step++) {
    execution.step(input, step);
    let spikes = 0;
    for (const { emitted } of execution.parts.values())
      for (let event = 0; event < emitted.end(step); event++) spikes += emitted.values()[event];
    if (spikes > most) return false;
  }
  return true;
}
