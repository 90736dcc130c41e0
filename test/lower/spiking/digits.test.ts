/** A trained network: 64-48-10 LIF on the 250 digits of golden/nir/digits, in floats 98.4 %. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readNpz } from "../../../src/data/npz.ts";
import { discretizationOf } from "../../../src/graph/discretization.ts";
import { importNir } from "../../../src/import/nir/import-nir.ts";
import { createEngine } from "../../../src/simulate/engine.ts";
import { compareSpikes, lowered } from "./native.ts";

const folder = new URL("../../golden/nir/digits/", import.meta.url);
const read = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const graph = await importNir(read("digits_lif.nir"), "digits_lif.nir");
const golden = readNpz(read("digits_lif__snntorch_head.npz"), "digits");
const [pixels, labels] = ["pixels", "label"].map((name) => golden.get(name)!.data as ArrayLike<number>);
const [images, steps, size, classes] = [250, 32, 64, 10];
const snnTorch = discretizationOf("snntorch", 1e-4);

/** A spike where 3/64 of the pixel, summed up, reaches a whole number. */
function spikesOf(image: number): Float32Array {
  return Float32Array.from({ length: steps * size }, (_, i) => {
    const [step, value] = [Math.floor(i / size), 3 * pixels[image * size + (i % size)]];
    return Number(Math.floor(((step + 1) * value) / 64) > Math.floor((step * value) / 64));
  });
}

const samples = Array.from({ length: images }, (_, image) => spikesOf(image));

function accuracyOf(weightBits: number, scales: "channel" | "layer"): number {
  const { network } = lowered(graph, snnTorch, steps, { weightBits, scales });
  const engine = createEngine(network);
  const right = samples.filter((sample, image) => {
    const [reading] = engine.runSample(sample).readings;
    expect(reading).toHaveLength(classes);
    return reading.indexOf(Math.max(...reading)) === Number(labels[image]);
  });
  return right.length / images;
}

describe("digits_lif.nir in integers", () => {
  it("is right on at least 97.6 % of the images with int8 weights", () => {
    expect(accuracyOf(8, "channel")).toBeGreaterThanOrEqual(0.976);
    expect(accuracyOf(8, "layer")).toBeGreaterThanOrEqual(0.976);
  });

  it("is right on at least 96 % with int4 weights", () => {
    expect(accuracyOf(4, "channel")).toBeGreaterThanOrEqual(0.96);
  });

  it("spikes with the floats in at least 98.5 % of all steps, in both layers", () => {
    const lowering = lowered(graph, snnTorch, steps);
    for (const [name, { equal, pairs }] of compareSpikes(graph, snnTorch, lowering, samples.slice(0, 100)))
      expect(equal / pairs, name).toBeGreaterThanOrEqual(0.985);
  });

  it("takes weights of 4 to 16 bits, each of them for something", () => {
    const snr = [4, 5, 6, 8, 12, 16].map((weightBits) => {
      const { network, populations } = lowered(graph, snnTorch, steps, { weightBits });
      const top = 2 ** (weightBits - 1) - 1;
      for (const { name, connection } of network.projections)
        expect(Math.max(...Array.from(connection.weights, Math.abs)), name).toBe(top);
      return Math.min(...populations.map((population) => population.weightSnr));
    });
    for (const [i, decibels] of snr.entries()) if (i > 0) expect(decibels).toBeGreaterThan(snr[i - 1] + 4);
    expect(snr[5]).toBeGreaterThan(85);
  });

  it("says of itself how time became steps, and what each layer lost", () => {
    const { notes } = lowered(graph, snnTorch, steps).network;
    const text = (where: string) => notes.find((note) => note.where === where)!.text;
    expect(text("time")).toContain("preset snntorch, dt 0.0001 s");
    expect(text("time")).toContain("gain threshold");
    expect(text("lif1")).toMatch(
      /weights 4\d\.\d dB.*inputShift \d.*threshold \d+.*decays in 2\^-12, halfAway/,
    );
  });
});
