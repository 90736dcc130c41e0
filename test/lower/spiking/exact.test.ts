/** Networks that integers can say without rounding give the spikes of their floats: every one, at its step. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SpikecError } from "../../../src/errors/error.ts";
import type { SpikingLowering } from "../../../src/lower/spiking/options.ts";
import { faithful } from "../../../src/network/fixed-point.ts";
import type { NumericRules } from "../../../src/target/rules.ts";
import { type ExactCase, exactCase, steps } from "./exact-graphs.ts";
import { exactMap } from "./exact-maps.ts";
import { compareSpikes, firstDifference, genericRules, lowered } from "./native.ts";

const mostSpikes = 10_000;
const profile = { ...faithful, fractionBits: 16 };

/** null: the network has no form in the law, for one of the reasons of docs/native.md. */
function loweredOrRefused({ graph, discretization }: ExactCase, rules: NumericRules): SpikingLowering | null {
  try {
    return lowered(graph, discretization, steps, { profile, rules });
  } catch (error) {
    if (error instanceof SpikecError && error.code === "SPK-0306") return null;
    throw error;
  }
}

function expectEqualSpikes(given: ExactCase, rules: NumericRules): void {
  const lowering = loweredOrRefused(given, rules);
  // A warning says that the law is not this node, even before rounding.
  fc.pre(lowering?.notes.every(({ level }) => level !== "warning") ?? false);
  if (lowering === null) return;
  const { graph, discretization, sample } = given;
  const found = compareSpikes(graph, discretization, lowering, [sample]);
  // Excitation that grows without a reset leaves the 24 bits of a float soon, and those of the law a little later.
  fc.pre([...found.values()].every(({ floatSpikes }) => floatSpikes < mostSpikes));
  expect(firstDifference(found)).toBe(null);
}

describe("a network of few binary places", () => {
  it("gives the spikes of its floats", () => {
    fc.assert(
      fc.property(exactCase, (given) => expectEqualSpikes(given, genericRules)),
      { numRuns: 80, seed: 3 },
    );
  });

  it("gives them through kernels, groups, paddings, pools and factors", () => {
    fc.assert(
      fc.property(exactMap, (given) => expectEqualSpikes(given, genericRules)),
      { numRuns: 40, seed: 5 },
    );
  });

  it("gives them later by the latencies on a chip whose synapses take a step", () => {
    const rules = { ...genericRules, delay: { ...genericRules.delay, low: 1 } };
    fc.assert(
      fc.property(exactCase, (given) => expectEqualSpikes(given, rules)),
      { numRuns: 60, seed: 4 },
    );
  });
});
