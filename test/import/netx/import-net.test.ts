import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { NetFile } from "../../../src/import/netx/format/net-file.ts";
import { readNet } from "../../../src/import/netx/format/read-net.ts";
import { writeNet } from "../../../src/import/netx/format/write-net.ts";
import { importNet } from "../../../src/import/netx/import-net.ts";
import { checkNetwork } from "../../../src/network/check.ts";
import type { Events } from "../../../src/network/spikes.ts";
import { createEngine } from "../../../src/simulate/engine.ts";
import { eventsOf } from "../../targets/loihi2/networks.ts";

const golden = (file: string) => fileURLToPath(new URL(`../../golden/loihi/netx/${file}`, import.meta.url));

/** Values sent at each step, as rows. */
function rowsOf({ offsets, neurons, values }: Events, size: number): number[][] {
  return Array.from({ length: offsets.length - 1 }, (_, step) => {
    const row = new Array(size).fill(0);
    for (let event = offsets[step]; event < offsets[step + 1]; event++)
      row[neurons[event]] = values?.[event] ?? 1;
    return row;
  });
}

const engines = ["wasm", "reference"] as const;

describe.each(engines)("a .net file as a Network computes what Lava computes on the engine %s", (engine) => {
  // Files whose later layers have no biases, which act at other steps in a Network.
  it.each(["mlp_odd127", "recurrent", "sdnn"])("%s", async (name) => {
    const given = JSON.parse(readFileSync(golden(`${name}.json`), "utf8"));
    const network = { ...(await importNet(readFileSync(golden(`${name}.net`)), name)), timesteps: given.T };
    checkNetwork(network);
    const input = { steps: given.T, events: new Map([["input", eventsOf(given.input)]]) };
    // An analog input is the same at every step; this one changes.
    const inputs = network.inputs.map((one) => ({ ...one, encoder: { kind: "spikes" } as const }));
    const { kind, run } = createEngine({ ...network, inputs }, { engine });
    expect(kind).toBe(engine);
    const { train } = run(input);
    let sent = 0;
    network.populations.forEach(({ name: layer }, k) => {
      const expected: number[][] = given.expect[`${k}.s_out`];
      const found = rowsOf(train.events.get(layer)!, expected[0].length).slice(0, given.T);
      expected.forEach((row, step) => {
        expect(found[step], `${layer}, step ${step}`).toEqual(row);
        sent += row.filter((value) => value !== 0).length;
      });
    });
    expect(sent).toBeGreaterThan(100);
  });
});

const dense = { kind: "dense", inputs: 2, outputs: 2, recurrent: null, bias: null, delay: null } as const;
const neuron = { kind: "LIF", iDecay: 4096, vDecay: 0, vThMant: 10, messageBits: null } as const;
const fileOf = (weights: number[], changes: object = {}): NetFile =>
  ({
    layers: [{ ...dense, weights: Int32Array.from(weights), neuron, ...changes }],
    sampleSteps: 8,
  }) as NetFile;

async function errorOf(
  action: () => Promise<unknown>,
): Promise<{ code: string; message: string; where: string }> {
  return await action().then(
    () => expect.fail("no error was thrown"),
    (error) => error,
  );
}

describe("a .net file that cannot be used", () => {
  it("is refused with its code and the layer when all weights are 0", async () => {
    const bytes = await writeNet(fileOf([0, 0, 0, 0]));
    expect(await errorOf(() => importNet(bytes, "zeros"))).toMatchObject({
      code: "SPK-0113",
      where: "zeros, layer 0",
    });
  });

  it("is refused by name when its neurons have delays of their own", async () => {
    const error = await errorOf(() => importNet(readFileSync(golden("delay_out.net")), "delays"));
    expect(error).toMatchObject({ code: "SPK-0113", where: "delays, layer 0" });
  });

  it.each([
    ["a threshold beyond 17 bits", { neuron: { ...neuron, vThMant: 2 ** 18 } }, "vThMant"],
    ["a decay beyond 12 bits", { neuron: { ...neuron, iDecay: 5000 } }, "iDecay"],
    ["a negative delay", { delay: Int32Array.of(-1) }, "delay"],
    ["a bias of the wrong length", { bias: Int32Array.of(1, 2, 3) }, "bias"],
    ["a weight matrix of another size", { outputs: 3 }, "weight"],
  ])("names the field: %s", async (_, changes, field) => {
    const bytes = await writeNet(fileOf([1, 2, 3, 4], changes)).catch(() => null);
    if (bytes === null) return expect(field).toBe("weight"); // The writer refuses a shape that the data do not fill.
    const error = await errorOf(() => readNet(bytes, "bad.net"));
    expect(error).toMatchObject({ code: "SPK-0113", where: expect.stringContaining("/layer/0") });
    expect(error.message).toContain(field);
  });

  it("is refused with a code however it is damaged, and a good one is still read afterwards", async () => {
    const good = new Uint8Array(readFileSync(golden("recurrent.net")));
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return seed % below;
    };
    const codes = new Map<string, number>();
    for (let trial = 0; trial < 250; trial++) {
      const bad = trial % 10 === 0 ? good.slice(0, random(good.length)) : good.slice();
      for (let k = 0; k < 3 && bad.length > 0; k++) bad[random(Math.min(bad.length, 4000))] = random(256);
      const code = await importNet(bad, "bad").then(
        () => "read",
        (error) => error.code ?? `${error}`,
      );
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    expect([...codes.keys()].filter((code) => !["read", "SPK-0112", "SPK-0113"].includes(code))).toEqual([]);
    expect(codes.get("SPK-0112")).toBeGreaterThan(20);
    expect((await importNet(good, "good")).populations).toHaveLength(2);
  });
});
