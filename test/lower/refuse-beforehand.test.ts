/** What a chip's rules forbid of a graph is refused before the search, in the words that help; and nothing else is. */
import { describe, expect, it } from "vitest";
import type { SpikecError } from "../../src/errors/error.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { runOnChip } from "../../src/library/run-on-chip.ts";
import { lower } from "../../src/lower/lower.ts";
import type { ReadoutKind } from "../../src/lower/options.ts";
import type { RecipeOptions } from "../../src/lower/recipe.ts";
import { violations } from "../../src/lower/violations.ts";
import { allTargets, findTarget } from "../../src/target/registry.ts";
import { graphOf } from "../graph/small-graphs.ts";
import { add, affine, convolution, flatten, maxPool, relu, samplesOf, seeded } from "./graph-parts.ts";
import { genericRules, optionsFor } from "./lowering.ts";

const random = seeded(3);
const padding = [1, 1, 1, 1] as const;

const pooled = graphOf(
  [1, 6, 6],
  [convolution(random, 2, 1, { padding }), relu(), maxPool([2, 2]), flatten(), affine(random, 3, 18)],
);

/** The shortcut's source feeds the next layer as well as the one behind it. */
const residual = graphOf(
  [6],
  [
    affine(random, 8, 6),
    relu({ name: "first" }),
    affine(random, 8, 8),
    relu(),
    affine(random, 8, 8, { name: "branch" }),
    add(["branch", "first"]),
    relu(),
    affine(random, 3, 8),
  ],
);

/** The error, and how many layers were converted before it. */
async function refusalOn(
  target: string,
  graph: Graph,
  recipe: RecipeOptions = {},
  readout: ReadoutKind | null = null,
) {
  const { rules } = (await findTarget(target)).chip;
  let converted = 0;
  const options = {
    ...optionsFor(graph, { rules, timesteps: 8 }),
    recipe,
    readout,
    onLayer: () => converted++,
  };
  try {
    lower(graph, options);
    return { error: null, converted };
  } catch (error) {
    return { error: error as SpikecError, converted };
  }
}

describe("a readout", () => {
  it.each([
    ["ucaspian", "membrane"],
    ["ucaspian", "count+v"],
  ] as const)("that %s lacks, %s, is refused before any layer is converted", async (target, readout) => {
    const { error, converted } = await refusalOn(target, residual, {}, readout);
    expect(error).toMatchObject({ code: "SPK-0305", exitCode: 4 });
    expect(error!.message).toContain(`readout ${readout} was asked for, and the target has count`);
    expect(converted).toBe(0);
  });
});

describe("a MaxPool", () => {
  it.each([
    ["speck2f", "send every spike that is due"],
    ["xylo-audio3", "keep what is above their threshold"],
    ["xylo-imu", "keep what is above their threshold"],
  ])("is refused by name for %s, before any layer is converted", async (target, why) => {
    const { error, converted } = await refusalOn(target, pooled);
    expect(error).toMatchObject({ code: "SPK-0304", exitCode: 4, where: "MaxPool2d3" });
    expect(error!.message).toContain(`MaxPool2d3: a maximum of spikes needs neurons`);
    expect(error!.message).toContain(why);
    expect(error!.advice).toContain("AveragePool");
    expect(converted).toBe(0);
  });

  it("goes to all chips that can OR spikes or count them", async () => {
    const refusing = ["speck2f", "speck2e", "dynapcnndevkit", "xylo-audio2", "xylo-audio3", "xylo-imu"];
    for (const { name, chip } of await allTargets()) {
      if (refusing.includes(name)) continue;
      const { network } = lower(pooled, optionsFor(pooled, { rules: chip.rules, timesteps: 4 }));
      expect(violations(network, chip.rules), name).toEqual([]);
    }
  });

  it("gives the same spikes on emulated chips that fire above the threshold only", async () => {
    for (const name of ["loihi2", "loihi1"]) {
      const target = await findTarget(name);
      const { network } = lower(pooled, optionsFor(pooled, { rules: target.chip.rules, timesteps: 12 }));
      const comparison = await runOnChip(network, target, samplesOf(seeded(5), [1, 6, 6], 6));
      expect(comparison, name).toMatchObject({ mismatches: 0, first: null });
      expect(comparison.spikes, name).toBeGreaterThan(200);
    }
  });

  it("is judged by what it is to become: one that counts needs no reset to zero", async () => {
    const rules = { ...genericRules, reset: ["subtract"] as const };
    const attempt = (recipe: RecipeOptions) => () =>
      lower(pooled, { ...optionsFor(pooled, { rules }), recipe });
    expect(attempt({ maxPool: "count" })).not.toThrow();
    expect(attempt({ maxPool: "or" })).toThrow("neurons that are reset to zero");
  });
});

describe("paths of different length that meet", () => {
  it("are refused where a source has one delay for all that it feeds, before any layer is converted", async () => {
    const { error, converted } = await refusalOn("ucaspian", residual);
    expect(error).toMatchObject({ code: "SPK-0304", exitCode: 4 });
    expect(error!.message).toMatch(/first to \S+: delay is \d, allowed: \d, as every projection from first/);
    expect(converted).toBe(0);
  });

  it("are refused where the wait is longer than a delay may be", async () => {
    const rules = { ...genericRules, delay: { low: 1, high: 1, granularity: "projection" as const } };
    let converted = 0;
    const options = { ...optionsFor(residual, { rules }), onLayer: () => converted++ };
    expect(() => lower(residual, options)).toThrow(/delay is 2 at 0, allowed: 1\.\.1/);
    expect(converted).toBe(0);
  });

  it("go to chips whose delays are a projection's own", async () => {
    for (const target of ["generic", "loihi2", "ranc", "rp2040"])
      expect((await refusalOn(target, residual)).error, target).toBeNull();
  });
});
