/**
 * Float evaluation equals the frameworks bit by bit: the suites of the golden tree, on the small copy that is always here.
 */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runSuite } from "../../conformance/run-suite.ts";
import { readSuites } from "../../conformance/suites.ts";
import { repository } from "../../house/sources.ts";

const golden = { folder: join(repository, "test/golden"), partial: false, whole: false };

describe("float evaluation of spiking graphs", () => {
  it.each([
    ["neurons/snntorch", 71],
    ["neurons/sinabs", 84],
    ["nir/lif", 8],
    ["nir/digits", 750],
  ])("equals every vector of %s", async (name, vectors) => {
    const suite = readSuites().find((known) => known.name === name)!;
    const result = await runSuite({ ...suite, status: "done" }, golden, { engine: "reference" });
    expect(result.problem).toBeNull();
    expect(result.differences).toEqual([]);
    expect(result.exact).toBe(vectors);
  });
});
