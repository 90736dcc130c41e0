/** simulate --plot of a network of integers: the same pictures as of floats. */
import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { recordNetwork } from "../../src/cli/reports/record-network.ts";
import type { Network } from "../../src/network/network.ts";
import { createEngine } from "../../src/simulate/engine.ts";
import { readSvg, textsOf } from "../report/svg-reading.ts";
import { testInputs } from "../sample-models.ts";
import { resultOf } from "./in-process.ts";
import { convert, digits, writeNetwork } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
let network: Network;

beforeAll(async () => {
  network = await convert(digits, "generic", 16);
}, 60_000);

describe("simulate --plot of a .spk", () => {
  it("draws spikes, membranes in the chip's integers, counts and the transfer curve", async () => {
    const file = writeNetwork(scratch("digits.spk"), network);
    await resultOf(["simulate", file, ...digits.samples, "--limit", "2", "--plot", scratch("out")]);
    expect(readdirSync(scratch("out")).sort()).toEqual([
      "counts.svg",
      "membranes.svg",
      "raster.svg",
      "transfer.svg",
    ]);
    const svg = (name: string) => readFileSync(scratch("out", name), "utf8");
    for (const name of readdirSync(scratch("out"))) readSvg(svg(name));
    const texts = textsOf(svg("membranes.svg"));
    expect(texts.filter((text) => text.endsWith(": membrane"))).toHaveLength(network.populations.length);
    expect(texts).toContain("digits_mlp, sample 0");
    expect(textsOf(svg("transfer.svg"))).toContain("input in thresholds, a step on average");
  });
});

describe("recordNetwork", () => {
  it("records what the engine counts, and drives that predict it: a ReLU of one spike a step", () => {
    const { samples, count } = testInputs("digits");
    const sample = samples.subarray(0, samples.length / count);
    const { layers, steps } = recordNetwork(network, sample, "digits");
    const { train } = createEngine(network).runSample(sample);
    for (const { name, spikes, neurons, drives } of layers) {
      if (spikes === null) continue;
      const counts = new Float64Array(neurons);
      for (const neuron of train.events.get(name)!.neurons) counts[neuron]++;
      for (let neuron = 0; neuron < neurons; neuron++) {
        let recorded = 0;
        for (let step = 0; step < steps; step++) recorded += spikes[step * neurons + neuron];
        expect(recorded, `${name}, neuron ${neuron}`).toBe(counts[neuron]);
        const rate = Math.min(1, Math.max(0, drives![neuron]));
        // A membrane starts and ends within a threshold or two of 0.
        expect(Math.abs(recorded / network.timesteps - rate), `${name}, neuron ${neuron}`).toBeLessThan(
          2 / 16,
        );
      }
    }
  });
});
