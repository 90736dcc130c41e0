/** Chips on which spikes have no step: several of a neuron may leave in one. */
import { describe, expect, it } from "vitest";
import { fireWhatIsDue } from "../../src/lower/legalise/fire-what-is-due.ts";
import { lower } from "../../src/lower/lower.ts";
import { violations } from "../../src/lower/violations.ts";
import type { NumericRules } from "../../src/target/rules.ts";
import { speck2f } from "../../targets/speck/index.ts";
import { graphOf } from "../graph/small-graphs.ts";
import { firingPopulations } from "../network/firing.ts";
import { affine, relu, seeded } from "./graph-parts.ts";
import { genericRules, optionsFor } from "./lowering.ts";

const random = seeded(3);
const plain = graphOf(
  [6],
  [affine(random, 5, 6), relu(), affine(random, 4, 5), relu(), affine(random, 3, 4)],
);
const rules: NumericRules = speck2f.chip.rules;

describe("firing what is due", () => {
  it("takes the limit of one spike a step from every population, and changes nothing else", () => {
    const { network } = lower(plain, optionsFor(plain, { rules: genericRules, timesteps: 8 }));
    const free = fireWhatIsDue(network, rules);
    // The last one only integrates, and is read by its membrane.
    expect(firingPopulations(free).map(({ law }) => law.maxSpikes)).toEqual([0, 0, 1]);
    const back = free.populations.map((population) =>
      population.kind === "integrateAndFire"
        ? { ...population, law: { ...population.law, maxSpikes: 1 } }
        : population,
    );
    expect({ ...free, populations: back }).toEqual(network);
  });

  it("leaves networks alone whose chip counts spikes by the step", () => {
    const { network } = lower(plain, optionsFor(plain, { rules: genericRules, timesteps: 8 }));
    expect(fireWhatIsDue(network, genericRules)).toBe(network);
  });

  it("leaves nothing that the rules forbid, and the checker would name what is left", () => {
    const { network } = lower(plain, optionsFor(plain, { rules, timesteps: 8 }));
    expect(violations(network, rules)).toEqual([]);
    const [first, ...others] = firingPopulations(network);
    const once = { ...network, populations: [{ ...first, law: { ...first.law, maxSpikes: 1 } }, ...others] };
    expect(violations(once, rules)).toEqual([
      { layer: first.name, rule: "maxSpikes", found: "1", allowed: "0 (all that are due)" },
    ]);
  });
});
