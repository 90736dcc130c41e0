/** The inner loop of the searches against the neuron law, neuron by neuron and step by step. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Currents } from "../../../src/lower/calibrate/currents.ts";
import { countSpikes, type FiringLayer, writeTrains } from "../../../src/lower/calibrate/fire.ts";
import { countBits, trainFormat } from "../../../src/lower/calibrate/spike-store.ts";
import type { Law, StateRange } from "../../../src/network/network.ts";
import { plainLaw, traceOf } from "../../simulate/small-laws.ts";

const neurons = 3;
const samples = 2;

interface Case {
  readonly layer: FiringLayer;
  readonly threshold: number;
  readonly vInit: number;
  readonly bias: number;
}

const state: fc.Arbitrary<StateRange> = fc.oneof(
  fc.constant({ low: -(2 ** 31), high: 2 ** 31 - 1, overflow: "saturate" as const }),
  fc.record({
    low: fc.integer({ min: -3000, max: -1 }),
    high: fc.integer({ min: 1, max: 3000 }),
    overflow: fc.constantFrom("saturate", "wrap"),
  }),
);

const firing: fc.Arbitrary<Case> = fc
  .record({
    timesteps: fc.integer({ min: 1, max: 70 }),
    constant: fc.boolean(),
    reset: fc.constantFrom("subtract" as const, "zero" as const),
    copies: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 16 })),
    state,
    magnitude: fc.constantFrom(300, 2 ** 29),
    seed: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }),
    bias: fc.array(fc.integer({ min: -100, max: 100 }), { minLength: neurons, maxLength: neurons }),
    threshold: fc.oneof(fc.integer({ min: 16, max: 900 }), fc.integer({ min: 16, max: 2 ** 31 - 1 })),
    vInit: fc.integer({ min: -500, max: 500 }),
    shift: fc.integer({ min: -100, max: 100 }),
  })
  .map(({ timesteps, constant, copies, magnitude, seed, bias, threshold, vInit, shift, ...own }) => {
    const steps = constant ? 1 : timesteps;
    const data = Int32Array.from({ length: samples * neurons * steps }, (_, i) =>
      Math.round(magnitude * seed[(i * 7) % seed.length] * (i % 5 === 0 ? 1 : 0.5)),
    );
    const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const currents: Currents = { samples, neurons, steps, data, largest };
    const format = trainFormat(timesteps, copies);
    const layer = { ...own, currents, timesteps, copies, format, bias: Int32Array.from(bias) };
    return { layer, threshold: Math.floor(threshold / copies), vInit, bias: shift };
  });

/** Spikes of one copy by the law itself, [step][neuron]. */
function spikesByLaw({ layer, threshold, vInit, bias }: Case, sample: number, copy: number): number[][] {
  const { currents, timesteps, reset, copies, state: range } = layer;
  const law: Law = {
    ...plainLaw,
    bias: layer.bias.map((value) => value + bias),
    overflowV: range,
    threshold: Int32Array.of(copies * threshold),
    reset:
      reset === "subtract" ? { kind: "subtract", amount: null } : { kind: "zero", value: Int32Array.of(0) },
    vInit: Int32Array.of(vInit + copy * threshold),
  };
  const rows = Array.from({ length: timesteps }, (_, step) =>
    Array.from({ length: neurons }, (_, neuron) => {
      const start = (sample * neurons + neuron) * currents.steps;
      return currents.data[start + (currents.steps === 1 ? 0 : step)];
    }),
  );
  return traceOf(law, rows).spikes;
}

it("trains are those of the law: both resets, each copy, constant and changing currents, any range, any width", () => {
  const check = fc.property(firing, (example) => {
    const { layer, ...parameters } = example;
    const { slots, wordsPerNeuron: words } = layer.format;
    const bitOf = (trains: Int32Array, start: number, slot: number) =>
      (trains[start + (slot >> 5)] >>> (slot & 31)) & 1;
    for (let sample = 0; sample < samples; sample++) {
      const trains = new Int32Array(neurons * words + 1).fill(-1);
      writeTrains(layer, sample, 0, neurons, parameters, trains, 1);
      const totals = new Array<number>(neurons).fill(0);
      for (let copy = 0; copy < layer.copies; copy++) {
        const expected = spikesByLaw(example, sample, copy);
        for (let neuron = 0; neuron < neurons; neuron++) {
          const start = 1 + neuron * words;
          const found = expected.map((_, step) => bitOf(trains, start, step * slots + copy));
          const own = expected.map((row) => row[neuron]);
          expect(found, `sample ${sample}, neuron ${neuron}, copy ${copy}`).toEqual(own);
          totals[neuron] += own.reduce((sum, spikes) => sum + spikes, 0);
        }
      }
      totals.forEach((total, neuron) => {
        const start = 1 + neuron * words;
        expect(countSpikes(trains, start, start + words), `count of neuron ${neuron}`).toBe(total);
      });
      expect(trains[0], "the word before").toBe(-1);
    }
  });
  fc.assert(check, { numRuns: 500 });
});

it("counts the ones of any 32-bit word", () => {
  const check = fc.property(fc.integer(), (word) => {
    expect(countBits(word)).toBe((word >>> 0).toString(2).replaceAll("0", "").length);
  });
  fc.assert(check, { numRuns: 300 });
});
