import { describe, expect, it } from "vitest";
import { chooseInput } from "../../src/lower/encode-input.ts";
import { lower } from "../../src/lower/lower.ts";
import type { CalibrationInputs, InputKind } from "../../src/lower/options.ts";
import type { Input } from "../../src/network/network.ts";
import type { NumericRules } from "../../src/target/rules.ts";
import { graphOf } from "../graph/small-graphs.ts";
import { firingPopulations } from "../network/firing.ts";
import { affine, averagePool, convolution, flatten, relu, seeded } from "./graph-parts.ts";
import { genericRules, optionsFor } from "./lowering.ts";

const random = seeded(11);
const graph = graphOf([2, 4, 4], [convolution(random, 2, 2), relu(), flatten(), affine(random, 3, 8)]);

interface Asked {
  readonly values: readonly number[];
  readonly inputScale?: number;
  readonly input?: InputKind;
  readonly rules?: NumericRules;
}

function inputFor({ values, inputScale, input, rules }: Asked): Input {
  const calibration: CalibrationInputs = {
    values: Float32Array.from(values),
    samples: values.length,
    inputScale: inputScale ?? null,
  };
  const options = optionsFor(graph, rules === undefined ? {} : { rules });
  return chooseInput("input", [2, 4, 4], { ...options, calibration, input: input ?? null });
}

describe("an input", () => {
  it("passes the integers of a file of bytes as they are", () => {
    const { encoder } = inputFor({ values: [0, 0.2, 1], inputScale: 255 });
    expect(encoder).toEqual({ kind: "analog", scale: 1 / 255, zeroPoint: 0, bits: 8, signed: false });
  });

  it("gives floats 8 bits of the range that calibration shows", () => {
    expect(inputFor({ values: [0, 5.1] }).encoder).toMatchObject({
      scale: Math.fround(5.1) / 255,
      signed: false,
    });
  });

  it("gives values of both signs 8 signed bits, the same for both", () => {
    expect(inputFor({ values: [-2.54, 1] }).encoder).toMatchObject({
      scale: Math.fround(2.54) / 127,
      signed: true,
    });
    expect(inputFor({ values: [-1, 2.54], inputScale: 1 }).encoder).toMatchObject({
      scale: Math.fround(2.54) / 127,
    });
  });

  it("gives integers beyond 8 bits the range that calibration shows", () => {
    expect(inputFor({ values: [0, 2], inputScale: 255 }).encoder).toMatchObject({ scale: 2 / 255 });
  });

  it("as a rate code fires at every step for the largest value seen", () => {
    const { encoder } = inputFor({ values: [0, 15 / 16], inputScale: 16, input: "rate" });
    expect(encoder).toMatchObject({ kind: "rate", threshold: 15, initial: 7, scale: 1 / 16 });
  });

  it("as spikes of both signs has a channel for each", () => {
    const { shape, polarity } = inputFor({ values: [-1, 1], input: "rate" });
    expect({ shape, polarity }).toEqual({ shape: [4, 4, 4], polarity: "signed" });
    expect(inputFor({ values: [-1, 1], input: "analog" })).toMatchObject({
      shape: [2, 4, 4],
      polarity: "unsigned",
    });
  });

  it("is the first that the chip has of analog, rate, poisson, latency", () => {
    const kind = (inputs: NumericRules["inputs"]) =>
      inputFor({ values: [1], rules: { ...genericRules, inputs } }).encoder.kind;
    expect(kind(["latency", "poisson", "rate", "analog"])).toBe("analog");
    expect(kind(["latency", "poisson", "rate"])).toBe("rate");
    expect(kind(["latency", "poisson"])).toBe("poisson");
    expect(kind(["spikes", "latency"])).toBe("latency");
    expect(() => kind(["spikes"])).toThrow(expect.objectContaining({ code: "SPK-0305" }));
  });

  it("of random spikes takes the seed that was asked for", () => {
    expect(inputFor({ values: [1], input: "poisson" }).encoder).toMatchObject({ seed: 5 });
  });
});

describe("samples of both signs as spikes", () => {
  it("go through pools and convolutions of one group", () => {
    const pooled = graphOf(
      [2, 4, 4],
      [averagePool([2, 2]), flatten(), affine(random, 4, 8), relu(), affine(random, 3, 4)],
    );
    const { network } = lower(pooled, optionsFor(pooled, { input: "rate", low: -1 }));
    const [first] = network.projections;
    expect(first.pools).toHaveLength(1);
    // [w, -w] of each of the four neurons.
    const { weights } = first.connection;
    expect(weights.length).toBe(4 * 16);
    for (let row = 0; row < 4; row++)
      for (let i = 0; i < 8; i++) expect(weights[row * 16 + 8 + i] + weights[row * 16 + i]).toBe(0);
  });

  it("are refused in front of grouped convolutions, with the way out", () => {
    const grouped = graphOf(
      [2, 4, 4],
      [convolution(random, 2, 2, { groups: 2 }), relu(), flatten(), affine(random, 3, 8)],
    );
    const attempt = () => lower(grouped, optionsFor(grouped, { input: "rate", low: -1 }));
    expect(attempt).toThrow(
      expect.objectContaining({ code: "SPK-0305", advice: expect.stringContaining("analog") }),
    );
  });
});

describe("a conversion", () => {
  it("tells of every layer before it starts with it, and reports on those that fire", () => {
    const seen: string[] = [];
    const onLayer = (name: string, index: number, layers: number) =>
      seen.push(`${name} ${index + 1}/${layers}`);
    const { layers, calibrationSamples } = lower(graph, { ...optionsFor(graph), onLayer });
    expect(seen).toEqual(["ReLU2 1/2", "Affine4 2/2"]);
    expect(calibrationSamples).toBe(48);
    expect(layers.map(({ name, neurons }) => ({ name, neurons }))).toEqual([{ name: "ReLU2", neurons: 8 }]);
    const [{ rate, rateError, deadFraction, saturatedFraction, weightSnr }] = layers;
    expect(rate).toBeGreaterThan(0);
    expect(rate).toBeLessThan(1);
    expect(rateError).toBeGreaterThan(0);
    expect(rateError).toBeLessThan(0.2);
    expect(deadFraction).toBeLessThan(1);
    expect(saturatedFraction).toBeLessThan(0.5);
    expect(weightSnr).toBeGreaterThan(30); // 8 bits
  });

  it("reads all classes by one threshold and one scale where only spikes can be read", () => {
    const rules: NumericRules = { ...genericRules, readouts: ["count"] };
    const { network } = lower(graph, optionsFor(graph, { rules }));
    const { law } = firingPopulations(network).at(-1)!;
    expect(network.readout.read).toBe("count");
    expect(law.threshold.length).toBe(1);
    expect(law.vInit.length).toBe(1);
  });
});
