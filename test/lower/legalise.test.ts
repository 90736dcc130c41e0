/** Legalisation changes what the rules forbid and nothing that can be seen: the same spikes, later by the latencies. */

import { describe, expect, it } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import { alignDelays } from "../../src/lower/legalise/align-delays.ts";
import { alwaysOnBias } from "../../src/lower/legalise/always-on-bias.ts";
import { compareInclusively } from "../../src/lower/legalise/compare-inclusively.ts";
import { compareStrictly } from "../../src/lower/legalise/compare-strictly.ts";
import { legalisations, lower } from "../../src/lower/lower.ts";
import { violations } from "../../src/lower/violations.ts";
import { checkNetwork } from "../../src/network/check.ts";
import { latencies } from "../../src/network/latency.ts";
import { isIntegrateAndFire, type Law, type Network } from "../../src/network/network.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import type { NumericRules } from "../../src/target/rules.ts";
import { graphOf } from "../graph/small-graphs.ts";
import { firingPopulations } from "../network/firing.ts";
import {
  add,
  affine,
  convolution,
  flatten,
  maxPool,
  normalization,
  relu,
  samplesOf,
  seeded,
} from "./graph-parts.ts";
import { genericRules, optionsFor } from "./lowering.ts";

const random = seeded(6);

const residual: Graph = graphOf(
  [1, 6, 6],
  [
    normalization(random, 1),
    convolution(random, 2, 1, { padding: [1, 1, 1, 1] }),
    relu({ name: "trunk" }),
    convolution(random, 2, 2, { padding: [1, 1, 1, 1] }),
    relu(),
    convolution(random, 2, 2, { padding: [1, 1, 1, 1] }, { name: "branch" }),
    add(["trunk", "branch"]),
    relu(),
    maxPool([2, 2]),
    flatten(),
    affine(random, 3, 18),
  ],
);

/** A network that no rule has touched: reset to zero or by subtraction, spikes as input, biases of all kinds. */
function untouched(reset: "subtract" | "zero"): Network {
  // Pools take a reset to zero on every chip.
  const rules: NumericRules = {
    ...genericRules,
    reset: [reset, "zero"],
    inputs: ["rate"],
    populations: ["integrateAndFire"],
  };
  return lower(residual, { ...optionsFor(residual, { rules, timesteps: 12 }), recipe: { maxPool: "or" } })
    .network;
}

/** Spikes of every population as "step neuron", counted from its latency, over the window of T steps. */
function spikesInWindow(network: Network, sample: Float32Array): Map<string, string[]> {
  const { train } = createSimulator(network).run(encodeSample(network, sample));
  const latency = latencies(network);
  return new Map(
    network.populations.map(({ name }) => {
      const { offsets, neurons } = train.events.get(name)!;
      const first = latency.get(name)!;
      const spikes: string[] = [];
      for (let step = 0; step < network.timesteps; step++)
        for (let event = offsets[first + step]; event < offsets[first + step + 1]; event++)
          spikes.push(`${step} ${neurons[event]}`);
      return [name, spikes];
    }),
  );
}

/** Both networks on some samples: the same spikes in the windows, the same readings. */
function expectSameSpikes(before: Network, after: Network): void {
  checkNetwork(after);
  let spikes = 0;
  for (let seed = 0; seed < 6; seed++) {
    const sample = samplesOf(seeded(100 + seed), [1, 6, 6], 1);
    const [expected, found] = [before, after].map((network) => spikesInWindow(network, sample));
    for (const [name, own] of expected) {
      expect(found.get(name), `${name}, sample ${seed}`).toEqual(own);
      spikes += own.length;
    }
    const [reading, same] = [before, after].map(
      (network) => createSimulator(network).run(encodeSample(network, sample)).readings[0],
    );
    expect(same).toEqual(reading);
  }
  expect(spikes).toBeGreaterThan(1000);
}

describe("alignDelays", () => {
  it.each([1, 3])(
    "gives every projection %i steps at least, and lets the shorter path of a residual wait",
    (low) => {
      const before = untouched("subtract");
      const after = alignDelays(before, {
        ...genericRules,
        delay: { low, high: 99, granularity: "projection" },
      });
      const latency = latencies(after);
      // input, trunk, second convolution, sum, pool, logits
      expect(before.populations.map(({ name }) => latency.get(name))).toEqual([
        low,
        2 * low,
        3 * low,
        4 * low,
        5 * low,
      ]);
      const intoSum = after.projections.filter(({ target }) => target === before.populations[2].name);
      // The branch that skips a convolution waits, on each of its synapses.
      expect([...new Set(intoSum.map(({ delay }) => delay))].sort()).toEqual([low, 2 * low]);
      expectSameSpikes(before, after);
    },
  );

  it("leaves a network alone where a delay of 0 is allowed", () => {
    const network = untouched("subtract");
    expect(alignDelays(network, genericRules)).toEqual(network);
  });
});

describe("compareStrictly", () => {
  const rules: NumericRules = { ...genericRules, compare: ["gt"] };

  it("fires above one less, with reset to zero: the same spikes", () => {
    const before = untouched("zero");
    const after = compareStrictly(before, rules);
    for (const { law } of firingPopulations(after))
      if (law.compare !== "never") expect(law.compare).toBe("gt");
    expectSameSpikes(before, after);
  });

  it("multiplies the OR of a MaxPool, whose threshold would be 0, and nothing else", () => {
    const before = untouched("zero");
    const after = compareStrictly(before, rules);
    const pool = after.populations.find(({ name }) => name.startsWith("MaxPool"))!;
    const into = (network: Network) => network.projections.find(({ target }) => target === pool.name)!;
    expect(isIntegrateAndFire(pool) && [...pool.law.threshold]).toEqual([1]);
    expect([...into(before).connection.weights, ...into(after).connection.weights]).toEqual([1, 2]);
    expect(violations(after, rules).filter(({ rule }) => rule === "threshold")).toEqual([]);
    for (const [i, projection] of after.projections.entries())
      if (projection.target !== pool.name) expect(projection).toBe(before.projections[i]);
  });

  it("leaves a network alone where >= is allowed", () => {
    const network = untouched("zero");
    expect(compareStrictly(network, genericRules)).toBe(network);
  });

  it("leaves reset by subtraction alone, which takes off the threshold: the checker names it", () => {
    const network = compareStrictly(untouched("subtract"), rules);
    expect(violations(network, { ...rules, inputs: ["rate"] }).map(({ rule }) => rule)).toContain("compare");
  });
});

describe("alwaysOnBias", () => {
  const rules: NumericRules = { ...genericRules, bias: null, weights: { bits: 24, signed: true, step: 1 } };

  it("gives each biased population one neuron that always fires, whose weights are the biases", () => {
    const before = untouched("subtract");
    const after = alwaysOnBias(before, rules);
    const biased = firingPopulations(before).filter(({ law }) => law.bias.some((bias) => bias !== 0));
    expect(biased.length).toBeGreaterThan(2);
    expect(after.inputs.filter(({ encoder }) => encoder.kind === "always")).toHaveLength(biased.length);
    for (const { law } of firingPopulations(after)) expect([...law.bias]).toEqual([0]);
    expectSameSpikes(before, after);
  });

  it("acts in the same steps as the bias did, also behind delays", () => {
    const delayed = alignDelays(untouched("subtract"), {
      ...rules,
      delay: { low: 2, high: 99, granularity: "projection" },
    });
    expectSameSpikes(delayed, alwaysOnBias(delayed, rules));
  });

  it("never bends a bias to the width of a weight: what does not fit is named by the checker", () => {
    const before = untouched("subtract");
    const [first, ...others] = firingPopulations(before);
    const wide = { ...first, law: { ...first.law, bias: Int32Array.of(130) } };
    const narrow: NumericRules = { ...rules, weights: { bits: 8, signed: true, step: 1 } };
    const after = alwaysOnBias({ ...before, populations: [wide, ...others] }, narrow);
    const projection = after.projections.find(({ source }) => source === `${first.name}:bias`)!;
    expect(projection.connection.weights[0]).toBe(130);
    const found = violations(after, { ...narrow, inputs: ["rate"] }).filter(
      ({ layer }) => layer === projection.name,
    );
    expect(found.map(({ rule }) => rule)).toEqual(["weight"]);
  });

  it("leaves networks of chips with a bias alone", () => {
    const network = untouched("subtract");
    expect(alwaysOnBias(network, genericRules)).toBe(network);
  });

  it("says how many neurons it took", () => {
    const { notes } = alwaysOnBias(untouched("subtract"), rules);
    expect(notes.at(-1)).toMatchObject({ where: "bias", level: "info" });
  });
});

it("all legalisations together keep every spike", () => {
  const rules: NumericRules = {
    ...genericRules,
    bias: null,
    weights: { bits: 24, signed: true, step: 1 },
    compare: ["gt"],
    reset: ["zero"],
    delay: { low: 1, high: 16, granularity: "projection" },
    threshold: { ...genericRules.threshold, low: 0 },
    inputs: ["rate"],
  };
  const before = untouched("zero");
  const after = legalisations.reduce((network, pass) => pass(network, rules), before);
  expect(violations(before, rules).length).toBeGreaterThan(0);
  expect(violations(after, rules)).toEqual([]);
  expectSameSpikes(before, after);
});

describe("loops and delays of the network's own", () => {
  const flat = lower(residual, optionsFor(residual, { timesteps: 4 })).network;
  const [first, second] = flat.populations.map(({ name }) => name);
  const between = (source: string, target: string, delay: number) => ({
    name: `${source} -> ${target}, ${delay}`,
    source,
    target,
    delay,
    modelDelay: delay,
    pools: [],
    connection: { kind: "oneToOne" as const, weights: Int8Array.of(1) },
  });
  const delaysOf = (network: Network, low: number) => {
    const rules: NumericRules = { ...genericRules, delay: { low, high: 63, granularity: "projection" } };
    const aligned = alignDelays(network, rules);
    return new Map(aligned.projections.map(({ name, delay, modelDelay = 0 }) => [name, [delay, modelDelay]]));
  };

  it("take the time that the chip would add", () => {
    const looped = { ...flat, projections: [...flat.projections, between(first, first, 2)] };
    expect(delaysOf(looped, 0).get(`${first} -> ${first}, 2`)).toEqual([2, 2]);
    expect(delaysOf(looped, 1).get(`${first} -> ${first}, 2`)).toEqual([2, 2]);
    expect(latencies(looped)).toEqual(latencies(flat));
  });

  it("lose to the layers between what is fed back", () => {
    const looped = { ...flat, projections: [...flat.projections, between(second, first, 3)] };
    const shift = latencies(
      alignDelays(flat, { ...genericRules, delay: { low: 1, high: 63, granularity: "projection" } }),
    );
    const behind = shift.get(second)! - shift.get(first)!;
    expect(delaysOf(looped, 1).get(`${second} -> ${first}, 3`)).toEqual([
      3 - behind,
      Math.min(3, 3 - behind),
    ]);
  });
});

describe("chips that fire at the threshold", () => {
  const rules: NumericRules = { ...genericRules, compare: ["ge"] };
  const strict: Network = withLaws({ compare: "gt", reset: { kind: "zero", value: Int32Array.of(0) } });

  function withLaws(change: Partial<Law>): Network {
    const network = untouched("zero");
    const populations = network.populations.map((population) =>
      population.kind === "integrateAndFire"
        ? { ...population, law: { ...population.law, ...change } }
        : population,
    );
    return { ...network, populations };
  }

  it("get one more where a law fires above it, and the same spikes", () => {
    const inclusive = compareInclusively(strict, rules);
    expect(violations(inclusive, rules).filter(({ rule }) => rule === "compare")).toEqual([]);
    const sample = samplesOf(seeded(3), residual.nodes[0].shape, 1, 0);
    const [a, b] = [strict, inclusive].map((network) =>
      createSimulator(network).run(encodeSample(network, sample)),
    );
    expect(b.train).toEqual(a.train);
  });

  it("leave a reset by subtraction alone, whose amount is the threshold", () => {
    const subtracting = withLaws({ compare: "gt", reset: { kind: "subtract", amount: null } });
    expect(compareInclusively(subtracting, rules)).toEqual(subtracting);
  });
});
