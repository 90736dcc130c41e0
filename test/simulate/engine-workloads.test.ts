/** A golden LeNet of the engine suite under both engines; the other networks run with `npm run conformance`. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { findGolden, goldenFiles, repository } from "../conformance/golden.ts";
import { readWorkload, runWorkload } from "../conformance/runners/engine.ts";

const files = goldenFiles(findGolden(join(repository, "test/golden")), ["engine/"]);

it.each(["wasm", "reference"] as const)(
  "the %s engine gives the counts and trains of W2 that five other implementations gave",
  (engine) => {
    if ("missing" in files) throw new Error(`${files.missing} is missing`);
    const { workload, weights, images } = readWorkload(files, "w2");
    const results = [...runWorkload(workload, weights, images, { name: "w2", engine })];
    expect(results.filter(({ exact }) => !exact)).toEqual([]);
    expect(results.length).toBe(workload.N + 1);
  },
);
