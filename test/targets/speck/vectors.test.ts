/** The vendor's vectors, as far as they come along; the conformance run has them all. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { speck2f } from "../../../targets/speck/index.ts";

const golden = fileURLToPath(new URL("../../golden/", import.meta.url));

function filesBelow(path: string): string[] {
  if (!path.endsWith("/")) return [path];
  return readdirSync(golden + path, { withFileTypes: true }).flatMap((entry) =>
    filesBelow(path + entry.name + (entry.isDirectory() ? "/" : "")),
  );
}

function filesOf(paths: readonly string[]): Map<string, Uint8Array> {
  return new Map(paths.flatMap(filesBelow).map((path) => [path, readFileSync(golden + path)]));
}

const proofs = speck2f.proofs!;
const shipped = { "speck/quantize": 68, "speck/mapping": 90, "speck/misc": 56, "speck/nets": 7 };

describe.each(proofs.map((proof) => [proof.suite, proof] as const))("%s", (suite, proof) => {
  it("is exact on every vector that comes along", async () => {
    const results = await proof.run(filesOf(proof.files));
    expect(results.filter(({ exact }) => !exact)).toEqual([]);
    expect(results).toHaveLength(shipped[suite as keyof typeof shipped]);
  });
});

describe("a proof of the Speck", () => {
  const proof = (suite: string) => proofs.find((candidate) => candidate.suite === suite)!;

  /** The files with one text replaced. */
  function changed(suite: string, path: string, from: RegExp, to: string): Map<string, Uint8Array> {
    const files = filesOf(proof(suite).files);
    // Of the networks, the one that is changed.
    for (const other of files.keys())
      if (/nets/.test(other) && !/bias_shared/.test(other)) files.delete(other);
    const text = new TextDecoder().decode(files.get(path));
    expect(text).toMatch(from);
    return files.set(path, new TextEncoder().encode(text.replace(from, to)));
  }

  it.each([
    [
      "speck/quantize",
      "speck/quantize_cases.json",
      /"threshold_high":7106/,
      '"threshold_high":7107',
      "threshold_high: 7106 instead of 7107",
    ],
    [
      "speck/mapping",
      "speck/mapping_cases.json",
      /"mapping":\{"0":0/,
      '"mapping":{"0":1',
      "mapping.0: 0 instead of 1",
    ],
    [
      "speck/misc",
      "speck/misc_cases.json",
      /"address":31977/,
      '"address":31978',
      "address: 31977 instead of 31978",
    ],
    [
      "speck/nets",
      "speck/nets/bias_shared/sim_timestep.json",
      /"spikes":\[\[0,0,1,6,2\]/,
      '"spikes":[[0,0,1,6,3]',
      "layer 0: spike [step, feature, row, column, count] 0,0,1,6,2 instead of 0,0,1,6,3",
    ],
    [
      "speck/nets",
      "speck/nets/bias_shared/config_speck2f.json",
      /"threshold_low":-161/,
      '"threshold_low":-162',
      "cnn_layers.0.threshold_low: -161 instead of -162",
    ],
  ])("of %s names the place where a vector differs (%s)", async (suite, path, from, to, difference) => {
    const results = await proof(suite).run(changed(suite, path, from, to));
    expect(results.filter(({ exact }) => !exact)).toEqual([expect.objectContaining({ difference })]);
  });

  it("refuses files that hold nothing", async () => {
    const files = new Map([["speck/mapping_cases.json", new TextEncoder().encode('{"cases": []}')]]);
    await expect(async () => proof("speck/mapping").run(files)).rejects.toMatchObject({ code: "SPK-0405" });
  });
});
