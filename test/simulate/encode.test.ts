import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Encoder, Input, Quantization } from "../../src/network/network.ts";
import type { Events } from "../../src/network/spikes.ts";
import {
  encodeInput,
  encodeSample,
  quantizeSample,
  quantizeValue,
  sampleInput,
  sampleSize,
} from "../../src/simulate/encode.ts";
import { randomIntegers } from "../../src/simulate/random.ts";
import { sampleNetwork } from "../network/sample-network.ts";

const bytes: Quantization = { scale: 1, zeroPoint: 0, bits: 8, signed: false };

function inputOf(encoder: Encoder, size: number, polarity: Input["polarity"] = "unsigned"): Input {
  return { name: "input", shape: [size], encoder, polarity };
}

/** [step][neuron]: value of the event, or 0. */
function rows(events: Events, size: number): number[][] {
  return Array.from({ length: events.offsets.length - 1 }, (_, step) => {
    const row = new Array<number>(size).fill(0);
    for (let event = events.offsets[step]; event < events.offsets[step + 1]; event++)
      row[events.neurons[event]] = events.values?.[event] ?? 1;
    return row;
  });
}

function encoded(encoder: Encoder, sample: readonly number[], timesteps: number): number[][] {
  return rows(encodeInput(inputOf(encoder, sample.length), sample, timesteps), sample.length);
}

/** Spikes of each neuron over all steps. */
function counts(encoder: Encoder, sample: readonly number[], timesteps: number): number[] {
  const trains = encoded(encoder, sample, timesteps);
  return sample.map((_, neuron) => trains.reduce((sum, row) => sum + row[neuron], 0));
}

describe("a value", () => {
  it("becomes clamp(round(x / scale) + zeroPoint)", () => {
    const quantization: Quantization = { scale: 0.5, zeroPoint: 3, bits: 4, signed: false };
    const values = [-9, -1.5, 0, 1.1, 1.3, 100];
    expect(values.map((x) => quantizeValue(x, quantization))).toEqual([0, 0, 3, 5, 6, 15]);
  });

  it("has a sign bit where it is signed", () => {
    const quantization: Quantization = { scale: 1, zeroPoint: 0, bits: 4, signed: true };
    expect([-100, -3, 5, 100].map((x) => quantizeValue(x, quantization))).toEqual([-8, -3, 5, 7]);
  });
});

describe("a normalized value", () => {
  const quantizationOf = (offset: readonly number[], divisor: readonly number[]): Quantization => ({
    ...bytes,
    scale: 1 / 255,
    normalization: { offset: Float64Array.from(offset), divisor: Float64Array.from(divisor) },
  });

  it("becomes clamp(round((x - offset) / divisor / scale) + zeroPoint), with its own offset and divisor", () => {
    const finite = { noNaN: true, noDefaultInfinity: true };
    const value = fc.record({
      x: fc.double({ min: -1e9, max: 1e9, ...finite }),
      offset: fc.double({ min: -1e6, max: 1e6, ...finite }),
      divisor: fc.double({ min: 1e-6, max: 1e6, ...finite }),
    });
    const check = fc.property(
      fc.array(value, { minLength: 1, maxLength: 6 }),
      fc.nat(40),
      (values, zeroPoint) => {
        const own = quantizationOf(
          values.map(({ offset }) => offset),
          values.map(({ divisor }) => divisor),
        );
        const quantization = { ...own, zeroPoint };
        const input = inputOf({ kind: "analog", ...quantization }, values.length);
        const expected = values.map(({ x, offset, divisor }) =>
          Math.min(255, Math.max(0, Math.round((x - offset) / divisor / (1 / 255)) + zeroPoint)),
        );
        const sample = values.map(({ x }) => x);
        expect([...quantizeSample(input, quantization, sample)]).toEqual(expected.map((q) => q + 0));
      },
    );
    fc.assert(check, { numRuns: 300 });
  });

  it("has the offset and divisor of its channel where there is one a channel", () => {
    const quantization = quantizationOf([0, 100], [1, 1000]);
    const input: Input = {
      name: "input",
      shape: [2, 1, 2],
      encoder: { kind: "analog", ...quantization },
      polarity: "unsigned",
    };
    expect([...quantizeSample(input, quantization, [0, 1, 100, 1100])]).toEqual([0, 255, 0, 255]);
  });

  it("goes to the half of its sign, by its own offset, where the input is signed", () => {
    const quantization = { ...quantizationOf([0, 100], [1, 1000]), scale: 1 / 127, signed: true };
    const encoder: Encoder = { kind: "rate", ...quantization, threshold: 127, initial: 0 };
    const input = inputOf(encoder, 4, "signed");
    expect([...quantizeSample(input, quantization, [-1, 1100])]).toEqual([0, 127, 127, 0]);
  });

  it("gives spikes of every kind as the plain value that it is brought to", () => {
    const plain = { ...bytes, scale: 1 / 255 };
    const own = quantizationOf([-5, 1000, 0.25], [10, 4000, 0.5]);
    const sample = [0.2, 0.6, 1];
    const raw = sample.map((x, i) => x * own.normalization!.divisor[i] + own.normalization!.offset[i]);
    const kinds = [
      { kind: "rate", threshold: 255, initial: 127 },
      { kind: "poisson", threshold: 255, seed: 3 },
      { kind: "latency", threshold: 255 },
      { kind: "analog" },
    ] as const;
    for (const kind of kinds)
      expect(encoded({ ...kind, ...own }, raw, 9)).toEqual(encoded({ ...kind, ...plain }, sample, 9));
  });
});

describe("analog", () => {
  it("gives the same current at every step, and no event for zero", () => {
    const encoder: Encoder = { kind: "analog", ...bytes };
    const events = encodeInput(inputOf(encoder, 3), [7, 0, 255], 2);
    expect([...events.offsets]).toEqual([0, 2, 4]);
    expect([...events.neurons]).toEqual([0, 2, 0, 2]);
    expect([...events.values!]).toEqual([7, 255, 7, 255]);
  });

  it("keeps signs", () => {
    const encoder: Encoder = { kind: "analog", ...bytes, signed: true };
    expect(encoded(encoder, [-5, 5], 1)).toEqual([[-5, 5]]);
  });
});

describe("rate", () => {
  const rate = (threshold: number, initial: number): Encoder => ({
    kind: "rate",
    ...bytes,
    threshold,
    initial,
  });

  it("fires floor((T q + initial) / threshold) times for q <= threshold", () => {
    const check = fc.property(
      fc.integer({ min: 1, max: 255 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(fc.nat(255), { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 70 }),
      (threshold, share, sample, T) => {
        const initial = Math.floor((threshold - 1) * share);
        const values = sample.map((value) => Math.min(value, threshold));
        const expected = values.map((q) => Math.floor((T * q + initial) / threshold));
        expect(counts(rate(threshold, initial), values, T)).toEqual(expected);
      },
    );
    fc.assert(check, { numRuns: 200 });
  });

  it("fires once a step at most", () => {
    expect(encoded(rate(10, 0), [255], 3)).toEqual([[1], [1], [1]]);
  });

  it("spreads its spikes evenly", () => {
    expect(encoded(rate(4, 0), [1], 8).flat()).toEqual([0, 0, 0, 1, 0, 0, 0, 1]);
  });
});

describe("poisson", () => {
  const poisson = (seed: number): Encoder => ({ kind: "poisson", ...bytes, threshold: 255, seed });
  const ramp = Array.from({ length: 256 }, (_, i) => i);

  it("gives the same trains for the same seed, and others for another", () => {
    const [first, again, other] = [3, 3, 4].map((seed) => encoded(poisson(seed), ramp, 20));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it("never fires at 0 and always at the threshold", () => {
    const [never, , always] = counts(poisson(1), [0, 128, 255], 300);
    expect([never, always]).toEqual([0, 300]);
  });

  it("fires with probability q / threshold: within five standard deviations over 20,000 steps", () => {
    const T = 20_000;
    counts(poisson(7), [13, 64, 128, 200, 250], T).forEach((count, i) => {
      const p = [13, 64, 128, 200, 250][i] / 255;
      expect(Math.abs(count - T * p), `probability ${p}`).toBeLessThan(5 * Math.sqrt(T * p * (1 - p)));
    });
  });

  it("draws a step's neurons and a neuron's steps independently: no correlation beyond chance", () => {
    const T = 20_000;
    const trains = encoded(poisson(5), [128, 128], T);
    const p = 128 / 255;
    const deviation = (products: number) =>
      Math.abs(products / T - p * p) / Math.sqrt((p * p * (1 - p * p)) / T);
    const together = trains.filter(([a, b]) => a * b === 1).length;
    const inARow = trains.filter(([a], step) => a * (trains[step - 1]?.[0] ?? 0) === 1).length;
    expect(deviation(together)).toBeLessThan(5);
    expect(deviation(inARow)).toBeLessThan(5);
  });
});

describe("seeded integers", () => {
  it("cover 32 bits evenly: every bit is set in half of 20,000 draws, within five standard deviations", () => {
    const next = randomIntegers(42);
    const ones = new Array<number>(32).fill(0);
    const draws = 20_000;
    for (let draw = 0; draw < draws; draw++) {
      const value = next();
      for (let bit = 0; bit < 32; bit++) ones[bit] += (value >>> bit) & 1;
    }
    ones.forEach((count, bit) => {
      expect(Math.abs(count - draws / 2), `bit ${bit}`).toBeLessThan(5 * Math.sqrt(draws / 4));
    });
  });
});

describe("latency", () => {
  const latency: Encoder = { kind: "latency", ...bytes, threshold: 255 };

  it("gives one spike at floor((T - 1) (threshold - q) / threshold), none for zero", () => {
    const check = fc.property(fc.nat(255), fc.integer({ min: 1, max: 60 }), (q, T) => {
      const expected = new Array<number>(T).fill(0);
      if (q > 0) expected[Math.floor(((T - 1) * (255 - q)) / 255)] = 1;
      expect(encoded(latency, [q], T).flat()).toEqual(expected);
    });
    fc.assert(check, { numRuns: 300 });
  });

  it("fires at once at the threshold and beyond", () => {
    const tight: Encoder = { ...latency, threshold: 100 };
    expect(encoded(tight, [100, 200], 3)).toEqual([
      [1, 1],
      [0, 0],
      [0, 0],
    ]);
  });
});

describe("spikes", () => {
  const spikes: Input = inputOf({ kind: "spikes" }, 2);

  it("takes the file's steps as they are, counts above one included", () => {
    const events = encodeInput(spikes, [1, 0, 0, 0, 2, 1], 3);
    expect(rows(events, 2)).toEqual([
      [1, 0],
      [0, 0],
      [2, 1],
    ]);
  });

  it("has a sample of T steps", () => expect(sampleSize(spikes, 3)).toBe(6));
});

describe("always", () => {
  it("fires at every step of the input window, whatever the sample", () => {
    const always = inputOf({ kind: "always" }, 2);
    expect(rows(encodeInput(always, [0, 0], 3), 2)).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });

  it("is not the input that takes the sample", () => {
    const bias = { ...inputOf({ kind: "always" }, 1), name: "bias" };
    const network = { ...sampleNetwork, inputs: [bias, ...sampleNetwork.inputs] };
    expect(sampleInput(network).name).toBe("input");
    const { events, steps } = encodeSample(network, new Float32Array(16).fill(255), 5);
    expect(steps).toBe(5);
    expect(events.get("bias")!.neurons.length).toBe(5);
    expect(events.get("input")!.neurons.length).toBe(5 * 16);
  });
});

describe("signed polarity", () => {
  const signed: Input = {
    name: "input",
    shape: [4, 1, 2],
    encoder: { kind: "rate", ...bytes, signed: true, threshold: 10, initial: 0 },
    polarity: "signed",
  };

  it("carries positive parts in the first half of the channels, negative parts in the second", () => {
    expect(rows(encodeInput(signed, [10, -10, 0, 20], 1), 8)).toEqual([[1, 0, 0, 1, 0, 1, 0, 0]]);
  });

  it("takes samples of half its neurons", () => expect(sampleSize(signed, 9)).toBe(4));
});
