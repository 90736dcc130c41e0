/** What a chip takes away has a name, and a network that is lowered with it given back. */
import { describe, expect, it } from "vitest";
import { costOfRules } from "../../src/lower/cost-of-rules.ts";
import { givenUp } from "../../src/lower/given-up.ts";
import { lower } from "../../src/lower/lower.ts";
import { chips } from "../chips/chips.ts";
import { graphOf } from "../graph/small-graphs.ts";
import { affine, convolution, flatten, maxPool, relu, seeded } from "./graph-parts.ts";
import { genericRules, lesserRules, optionsFor } from "./lowering.ts";

const random = seeded(5);
const pooled = graphOf(
  [1, 4, 4],
  [convolution(random, 2, 1), relu(), maxPool([2, 2]), flatten(), affine(random, 3, 2)],
);
const flat = graphOf([6], [affine(random, 5, 6), relu(), affine(random, 3, 5)]);
const namesOf = (...asked: Parameters<typeof givenUp>) => givenUp(...asked).map(({ what }) => what);

describe("what is given up", () => {
  it("is nothing on the generic chip", () => expect(givenUp(genericRules, pooled)).toEqual([]));

  it.each(chips)("is named on a chip with $name", ({ rules, lacks }) => {
    expect(namesOf(rules, flat)).toEqual(expect.arrayContaining([...lacks]));
    expect(namesOf(rules, flat).length).toBe(lacks.length);
  });

  it("is a pool's maximum only where there is a pool", () => {
    expect(namesOf(lesserRules["no counting pools"], flat)).toEqual([]);
    expect(namesOf(lesserRules["no counting pools"], pooled)).toEqual(["a maximum of rates"]);
  });
});

describe("an ability given back", () => {
  const all = [...Object.entries(lesserRules), ...chips.map(({ name, rules }) => [name, rules] as const)];

  it.each(all)("makes a chip that networks are lowered for, with one lack less: %s", (_name, rules) => {
    for (const { what, restored } of givenUp(rules, pooled)) {
      expect(namesOf(restored, pooled)).not.toContain(what);
      expect(() => lower(pooled, optionsFor(pooled, { rules: restored, timesteps: 4 })), what).not.toThrow();
    }
  });
});

it("an ability that a chip cannot have beside its other lacks has no price, and the others keep theirs", () => {
  const rules = { ...lesserRules["no vInit"], decay: ["shift"] } as const;
  const able = lower(flat, optionsFor(flat, { timesteps: 4 }));
  const { costs } = costOfRules(flat, optionsFor(flat, { rules, timesteps: 4 }), able.network);
  expect(costs.map(({ what, points }) => [what, points])).toEqual([["starting membranes", null]]);
});
