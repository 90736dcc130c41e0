/** Random specs through each of the maker's quantizers: every integer must come out. */
import type { Proof, VectorResult } from "../../../src/target/target.ts";
import { rockpoolChannel } from "../quantize/rockpool-channel.ts";
import { rockpoolGlobal, rockpoolGlobalFuzzy } from "../quantize/rockpool-global.ts";
import { type Case, listOf, readJson } from "./read-vectors.ts";
import { specDiffers, specOf } from "./spec-json.ts";

const file = "xylo/quantize_cases.json";

const quantizers = { global: rockpoolGlobal, global_fuzzy: rockpoolGlobalFuzzy, channel: rockpoolChannel };

function runCase(given: Case): VectorResult[] {
  const spec = specOf(given.input);
  return Object.entries(quantizers).map(([name, quantize]) => {
    const difference =
      given[name] === undefined ? "it expects nothing" : specDiffers(given[name], quantize(spec));
    return { name: `${given.id} ${name}`, exact: difference === null, difference };
  });
}

export const quantizeProof: Proof = {
  suite: "xylo/quantize",
  files: [file],
  whose: "Rockpool's global_quantize (also with fuzzy_scaling) and channel_quantize, run on random specs",
  vectors: 36,
  run: (files) => listOf(readJson(file, files).cases, "cases", file).flatMap(runCase),
};
