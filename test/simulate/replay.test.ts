/** One population alone: it must do again what it did in the run, and show how far its membranes went. */
import { describe, expect, it } from "vitest";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createMembranePeaks } from "../../src/simulate/membrane-peaks.ts";
import { neededWidths, signedBits } from "../../src/simulate/needed-widths.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { createReplays, heardOf } from "../../src/simulate/replay.ts";
import { createTrainCounter } from "../../src/simulate/sample-counts.ts";
import { silenceOf } from "../../src/simulate/silence.ts";
import { analogIn, dense, networkOf, population, rowsOf } from "./small-networks.ts";

const threshold = (value: number) => ({ threshold: Int32Array.of(value) });

/** Two layers of one neuron, the second two steps behind; the input is the value itself. */
const network = networkOf({
  inputs: [analogIn(1)],
  populations: [
    population("first", { ...threshold(10), bias: Int32Array.of(1) }),
    population("second", { ...threshold(2), vInit: Int32Array.of(-5) }),
  ],
  projections: [dense("input", "first", [2]), dense("first", "second", [4], 2)],
  timesteps: 8,
});

describe("a replay", () => {
  it("emits what the population emitted in the run, step by step", () => {
    const { train } = createSimulator(network).run(encodeSample(network, [3]));
    const replays = createReplays(network);
    const heard = heardOf(network, train.events);
    for (const { name } of network.populations) {
      const { events } = replays.get(name)!.run(heard);
      const again = { steps: train.steps, events: new Map([[name, events]]) };
      const steps = events.offsets.length - 1;
      expect(rowsOf(again, name), name).toEqual(rowsOf(train, name).slice(0, steps));
    }
    expect(heard.get("input")).toEqual({ kind: "steady", rates: Float64Array.of(3) });
  });

  it("hears a steady source of 2.4 spikes a step as whole currents with that mean", () => {
    const seen: number[] = [];
    const heard = new Map([["input", { kind: "steady" as const, rates: Float64Array.of(1.2) }]]);
    createReplays(network)
      .get("first")!
      .run(heard, (currents) => seen.push(currents[0]));
    expect(seen).toEqual([2, 3, 2, 3, 2, 2, 3, 2]);
  });
});

describe("membrane peaks", () => {
  it("are the lowest and highest values before the compare", () => {
    const peaks = createMembranePeaks(network);
    peaks.add(createSimulator(network).run(encodeSample(network, [3])));
    // First: +7 a step, 10 off at a spike: 7, 14 (4), 11 (1), 8, 15 (5), 12 (2), 9, 16 (6).
    // Second: from -5, +4 for each of those spikes: -1, 3 (1), 5 (3), 7 (5), then 9 (7) at the last.
    expect(peaks.peaks()).toEqual(
      new Map([
        ["first", { low: 0, high: 16 }],
        ["second", { low: -5, high: 7 }],
      ]),
    );
  });

  it.each([
    [0, 0, 1],
    [-1, 0, 1],
    [0, 1, 2],
    [-128, 127, 8],
    [-129, 0, 9],
    [0, 128, 9],
    [-(2 ** 31), 2 ** 31 - 1, 32],
  ])("%d to %d take %d bits", (low, high, bits) => {
    expect(signedBits(low, high)).toBe(bits);
  });

  it("become widths beside those of thresholds, biases and weights", () => {
    const peaks = new Map([
      ["first", { low: -9, high: 16 }],
      ["second", { low: -5, high: 9 }],
    ]);
    const [first] = neededWidths(network, peaks);
    expect(first).toEqual({
      name: "first",
      membrane: { low: -9, high: 16, bits: 6 },
      threshold: { low: 10, high: 10, bits: 5 },
      bias: { low: 1, high: 1, bits: 2 },
      weights: { low: 2, high: 2, bits: 3 },
    });
  });
});

describe("a count", () => {
  it("is of what was sent until the readout was read, at fewer timesteps as well", () => {
    const { train } = createSimulator(network).run(encodeSample(network, [3]));
    const counter = createTrainCounter(network);
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    for (const name of ["first", "second"]) {
      const rows = rowsOf(train, name);
      // T + the latency of the readout.
      for (const [timesteps, steps] of [
        [4, 6],
        [8, 10],
      ])
        expect([...counter(train, timesteps).get(name)!], name).toEqual([sum(rows.slice(0, steps).flat())]);
    }
  });
});

describe("silence", () => {
  const layers = (first: number, second: number) => [
    { name: "first", rate: first },
    { name: "second", rate: second },
  ];

  it("has a first layer, and knows whether it reaches the end", () => {
    expect(silenceOf(network, layers(0.2, 0.1))).toBeNull();
    expect(silenceOf(network, layers(0, 0))).toEqual({
      first: "first",
      silent: ["first", "second"],
      toTheEnd: true,
      sources: [],
    });
    expect(silenceOf(network, layers(0.2, 0))).toEqual({
      first: "second",
      silent: ["second"],
      toTheEnd: true,
      sources: [{ name: "first", rate: 0.2 }],
    });
    expect(silenceOf(network, layers(0, 0.3))).toMatchObject({ first: "first", toTheEnd: false });
  });
});
