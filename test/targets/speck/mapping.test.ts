import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import { mapToCores } from "../../../targets/speck/mapping.ts";

/** The first free core for each layer: what a simple tool would do. */
function firstFit(candidates: readonly (readonly number[])[]): number[] | null {
  const taken: number[] = [];
  for (const fitting of candidates) {
    const core = fitting.find((candidate) => !taken.includes(candidate));
    if (core === undefined) return null;
    taken.push(core);
  }
  return taken;
}

/** By trying everything. */
function isFeasible(candidates: readonly (readonly number[])[], taken: readonly number[] = []): boolean {
  const [fitting, ...others] = candidates;
  if (fitting === undefined) return true;
  return fitting.some((core) => !taken.includes(core) && isFeasible(others, [...taken, core]));
}

const cores = 6;
const drawn = fastCheck.array(fastCheck.subarray([0, 1, 2, 3, 4, 5]), { minLength: 1, maxLength: 7 });

describe("the mapping of layers to cores", () => {
  it("moves a layer where the first free core would leave nothing for the next", () => {
    const candidates = [[0, 1], [0]];
    expect(firstFit(candidates)).toBeNull();
    expect(mapToCores(candidates, 2)).toEqual({ cores: [1, 0] });
  });

  it("exists wherever there is one, and gives each layer a core of its own", () => {
    fastCheck.assert(
      fastCheck.property(drawn, (candidates) => {
        const found = mapToCores(candidates, cores);
        expect("cores" in found).toBe(isFeasible(candidates));
        if (!("cores" in found)) return;
        expect(new Set(found.cores).size).toBe(candidates.length);
        for (const [layer, core] of found.cores.entries()) expect(candidates[layer]).toContain(core);
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it("names layers that together fit fewer cores than they are, and exactly those cores, wherever there is none", () => {
    let conflicts = 0;
    fastCheck.assert(
      fastCheck.property(drawn, (candidates) => {
        const found = mapToCores(candidates, cores);
        if ("cores" in found) return;
        conflicts++;
        const { layers, cores: shared } = found.conflict;
        const wanted = new Set(layers.flatMap((layer) => candidates[layer]));
        expect(wanted.size).toBeLessThan(layers.length);
        expect([...wanted].sort()).toEqual(shared);
      }),
      { numRuns: 300, seed: 3 },
    );
    expect(conflicts).toBeGreaterThan(20);
  });
});
