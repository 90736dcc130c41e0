import { describe, expect, it } from "vitest";
import { runNirFiles } from "../../conformance/runners/nir-files.ts";
import { runNirNegative, verdicts } from "../../conformance/runners/nir-negative.ts";
import { goldenNir, goldenNirNames } from "./golden-nir.ts";

async function resultsOf(run: typeof runNirFiles, paths: string[]) {
  const results = [];
  for await (const result of run({ paths, read: goldenNir })) results.push(result);
  return results;
}

describe("golden .nir files", () => {
  it("are read and written back with every field, type, shape and inferred shape of their expectation", async () => {
    const results = await resultsOf(runNirFiles, goldenNirNames("conformance"));
    expect(results.length).toBe(13);
    expect(results.filter(({ exact }) => !exact)).toEqual([]);
  });

  it("that are wrong are refused, warned of or read as specified", async () => {
    const results = await resultsOf(runNirNegative, goldenNirNames("conformance_negative"));
    expect(results.map(({ name }) => name).sort()).toEqual([...verdicts.keys()].sort());
    expect(results.filter(({ exact }) => !exact)).toEqual([]);
  });

  it("differ from the expectation of another file", async () => {
    const wrong = (path: string) => goldenNir(path.endsWith(".nir") ? "conformance/conv1d.nir" : path);
    const paths = goldenNirNames("conformance").filter((path) => path.includes("avgpool"));
    const results = [];
    for await (const result of runNirFiles({ paths, read: wrong })) results.push(result);
    expect(results).toMatchObject([{ exact: false, difference: expect.stringContaining("/nodes") }]);
  });
});
