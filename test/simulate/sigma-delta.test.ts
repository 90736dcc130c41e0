/** Sigma-delta populations: against Lava's own numbers, through files, and as a float ReLU network up to rounding. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkNetwork } from "../../src/network/check.ts";
import type { Network, Projection, SigmaDeltaPopulation } from "../../src/network/network.ts";
import { decodeNetwork, encodeNetwork } from "../../src/network/spk/spk.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { eventsOf } from "../targets/loihi2/networks.ts";

const given = JSON.parse(
  readFileSync(fileURLToPath(new URL("../golden/loihi/lava/sdn_00.json", import.meta.url)), "utf8"),
);

function population(
  name: string,
  size: number,
  changes: Partial<SigmaDeltaPopulation>,
): SigmaDeltaPopulation {
  return {
    name,
    shape: [size],
    kind: "sigmaDelta",
    value: "rectified",
    spikeExponent: given.spike_exp,
    stateExponent: given.state_exp,
    threshold: 0,
    bias: Int32Array.of(0),
    spikeValue: new Float64Array(0),
    origin: [],
    ...changes,
  };
}

const projection = (source: string, target: string, delay: number, connection: Projection["connection"]) => ({
  name: `${source} to ${target}`,
  source,
  target,
  delay,
  pools: [],
  connection,
});

/** Lava keeps weights of both signs even. */
const stored = (weights: number[][]) =>
  Int8Array.from(weights.flat(), (weight) => 2 * Math.floor(weight / 2));

const network: Network = {
  name: "delta, dense, sigma-delta, dense, sigma",
  timesteps: given.T,
  inputs: [{ name: "in", shape: [6], encoder: { kind: "spikes" }, polarity: "unsigned" }],
  populations: [
    population("delta", 6, { value: "input", threshold: given.vth_delta }),
    population("relu", 8, { threshold: given.vth_sd, bias: Int32Array.from(given.bias_sd) }),
    population("sum", 3, { value: "sum" }),
  ],
  projections: [
    projection("in", "delta", 0, { kind: "oneToOne", weights: Int8Array.of(1) }),
    projection("delta", "relu", 1, { kind: "dense", weights: stored(given.w1) }),
    projection("relu", "sum", 1, { kind: "dense", weights: stored(given.w2) }),
  ],
  readout: { population: "sum", read: "membrane", scale: 1, offset: 0 },
  provenance: { version: "0", modelHash: "", calibrationHash: "", options: [] },
  notes: [],
};

describe("sigma-delta populations", () => {
  it("have the values of Lava's processes at every step", () => {
    checkNetwork(network);
    const input = { steps: given.T, events: new Map([["in", eventsOf(given.input)]]) };
    const names = new Set(["delta", "relu", "sum"]);
    const { membranes } = createSimulator(network).run(input, { membranes: names });
    const expected = { relu: given.expect.act_sd, sum: given.expect.sigma_out };
    for (const [name, rows] of Object.entries(expected))
      rows.forEach((row: number[], step: number) => {
        expect([...membranes.get(name)![step]], `${name}, step ${step}`).toEqual(row);
      });
  });

  it("survive a .spk file", () => {
    expect(decodeNetwork(encodeNetwork(network), "test")).toEqual(network);
  });

  it.each([
    ["an exponent beyond 16", { stateExponent: 17 }],
    ["a negative threshold", { threshold: -1 }],
    ["biases of another number", { bias: new Int32Array(5) }],
  ])("are refused with %s", (_, changes) => {
    const populations = [network.populations[0], population("relu", 8, changes), network.populations[2]];
    expect(() => checkNetwork({ ...network, populations })).toThrow(
      expect.objectContaining({ code: "SPK-0704", where: "population 'relu'" }),
    );
  });
});
