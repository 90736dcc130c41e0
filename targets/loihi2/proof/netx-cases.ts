/** `.net` files as lava-dl loads and Lava runs them, one case a file. */
import type { NetFile } from "../../../src/import/netx/format/net-file.ts";
import { readNet } from "../../../src/import/netx/format/read-net.ts";
import type { Proof, VectorResult } from "../../../src/target/target.ts";
import { bothWays, need, runNet, settingsOf } from "./run-net.ts";
import { type Case, compareRecording, nameOf, parseCase } from "./vectors.ts";

async function netxCase(
  path: string,
  given: Case,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<VectorResult[]> {
  const net = await readNet(need(files, path.replace(/\.json$/, ".net")), nameOf(path));
  const inputOf = (step: number) => given.input?.[step] ?? [];
  const run = (read: NetFile) => runNet(read, settingsOf(given), given.T, inputOf);
  return await bothWays(nameOf(path), net, run, (name, done) =>
    compareRecording(name, given.expect, done.recording),
  );
}

export const netxProof: Proof = {
  suite: "loihi/netx",
  files: ["loihi/netx/"],
  whose: "lava-dl d825ac5 (netx.hdf5.Network) on lava b6822fb, fixed_pt; random parameters",
  vectors: 18,
  async run(files) {
    const cases = [...files].filter(([path]) => path.endsWith(".json"));
    const results: VectorResult[] = [];
    for (const [path, bytes] of cases) results.push(...(await netxCase(path, parseCase(path, bytes), files)));
    return results;
  },
};
