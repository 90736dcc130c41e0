/** The law against neurons that other people wrote: traces of Lava, ODIN and sinabs, from the copy in test/golden. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runLava } from "../conformance/runners/law-lava.ts";
import { runOdin } from "../conformance/runners/law-odin.ts";
import { runSinabsIntegers } from "../conformance/runners/law-sinabs.ts";

const read = (path: string) => new Uint8Array(readFileSync(new URL(`../golden/${path}`, import.meta.url)));
const filesOf = (path: string) => ({ paths: [path], read });
describe.each(["reference", "wasm"] as const)("the law on the engine %s", (engine) => {
  it.each([
    ["Lava's fixed-point LIF", 6, () => runLava(filesOf("neurons/lava_lif_fixed.json"), { engine })],
    ["ODIN's neuron in Verilog", 20, () => runOdin(filesOf("neurons/odin_lif.json"), { engine })],
    ["sinabs' IAF", 12, () => runSinabsIntegers(read("neurons/sinabs_iaf_integer.json"), engine)],
  ])("steps as %s does, in spikes and states", async (_, count, run) => {
    const differences: string[] = [];
    let vectors = 0;
    for await (const { name, difference } of await run()) {
      vectors++;
      if (difference !== null) differences.push(`${name}: ${difference}`);
    }
    expect(differences).toEqual([]);
    expect(vectors).toBe(count);
  });
});
