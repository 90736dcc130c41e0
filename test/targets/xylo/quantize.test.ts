import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import { checkWords } from "../../../targets/xylo/check-words.ts";
import { createCore } from "../../../targets/xylo/core.ts";
import { configurationOf } from "../../../targets/xylo/quantize/configuration-of.ts";
import { correctedQuantizer } from "../../../targets/xylo/quantize/corrected.ts";
import { rockpoolChannel } from "../../../targets/xylo/quantize/rockpool-channel.ts";
import { rockpoolGlobal, rockpoolGlobalFuzzy } from "../../../targets/xylo/quantize/rockpool-global.ts";
import type { Quantizer, XyloSpec } from "../../../targets/xylo/quantize/spec.ts";

const floats = (count: number, low: number, high: number) =>
  fastCheck
    .array(fastCheck.double({ min: low, max: high, noNaN: true }), { minLength: count, maxLength: count })
    .map((values) => Float64Array.from(values));

const specs: fastCheck.Arbitrary<XyloSpec> = fastCheck.record({
  inputs: fastCheck.constant(3),
  inputHidden: fastCheck.constant(4),
  hidden: fastCheck.constant(5),
  outputHidden: fastCheck.constant(4),
  outputs: fastCheck.constant(2),
  states: fastCheck.constant(1 as const),
  weightsIn: floats(12, -3, 3),
  weightsHidden: floats(25, -1, 1),
  weightsOut: floats(8, -2, 2),
  threshold: floats(5, 0.1, 5),
  thresholdOut: floats(2, 0.1, 900),
  dashMembrane: floats(5, 1, 9),
  dashSynapse: floats(5, 1, 9),
  dashSynapse2: floats(5, 1, 9),
  dashMembraneOut: floats(2, 1, 9),
  dashSynapseOut: floats(2, 1, 9),
  bias: floats(5, -20, 20),
  biasOut: floats(2, -20, 20),
});

describe("the default quantizer", () => {
  it("keeps every number in its word, whatever the network", () => {
    fastCheck.assert(
      fastCheck.property(specs, (spec) => checkWords(configurationOf(correctedQuantizer(spec), 1e-3))),
      { numRuns: 200, seed: 3 },
    );
  });

  it("keeps threshold, bias and weights of a neuron in proportion", () => {
    fastCheck.assert(
      fastCheck.property(specs, (spec) => {
        const { weightsIn, threshold, bias, weightShifts } = correctedQuantizer(spec);
        for (let neuron = 0; neuron < spec.inputHidden; neuron++) {
          const unit = threshold[neuron] / spec.threshold[neuron];
          const rounding = (value: number) => 0.5 + Math.abs(value / spec.threshold[neuron]) * 0.5 + 1e-9;
          expect(Math.abs(bias![neuron] - spec.bias![neuron] * unit)).toBeLessThanOrEqual(
            rounding(spec.bias![neuron]),
          );
          const weight = spec.weightsIn[neuron];
          const shifted = weightsIn[neuron] * 2 ** weightShifts.input;
          expect(Math.abs(shifted - weight * unit)).toBeLessThanOrEqual(
            2 ** weightShifts.input * 0.5 + rounding(weight),
          );
        }
      }),
      { numRuns: 100, seed: 4 },
    );
  });
});

/** One input, one hidden neuron, one output. */
function tiny(parts: Partial<XyloSpec>): XyloSpec {
  const one = (value: number) => Float64Array.of(value);
  return {
    inputs: 1,
    inputHidden: 1,
    hidden: 1,
    outputHidden: 1,
    outputs: 1,
    states: 1,
    weightsIn: one(1),
    weightsHidden: one(0),
    weightsOut: one(1),
    threshold: one(1),
    thresholdOut: one(1),
    dashMembrane: one(4),
    dashSynapse: one(3),
    dashSynapse2: one(3),
    dashMembraneOut: one(4),
    dashSynapseOut: one(3),
    bias: null,
    biasOut: null,
    ...parts,
  };
}

function hiddenSpikes(quantize: Quantizer, spec: XyloSpec, spikes: readonly number[]): number {
  const core = createCore(configurationOf(quantize(spec), 1e-3));
  let count = 0;
  for (const spike of spikes) {
    core.step([spike]);
    count += core.hiddenSpikes[0];
  }
  return count;
}

describe("defects of the maker's quantizers that the default has not", () => {
  it("bias: by channel it is not scaled where there is one synaptic state", () => {
    const spec = tiny({ bias: Float64Array.of(0.4) });
    expect(rockpoolChannel(spec).bias![0]).toBe(0);
    expect(correctedQuantizer(spec).bias![0]).toBeGreaterThan(0);
  });

  it("bias of the output: globally it is scaled as the hidden neurons are", () => {
    const spec = tiny({ weightsIn: Float64Array.of(100), biasOut: Float64Array.of(1) });
    expect(rockpoolGlobal(spec).biasOut![0]).toBe(1);
    const { biasOut, thresholdOut } = correctedQuantizer(spec);
    expect(biasOut![0]).toBe(thresholdOut[0]);
  });

  it("outliers: fuzzy, their weights leave 8 bits, and writing them is refused", () => {
    const weightsIn = new Float64Array(20).fill(0.1);
    weightsIn[0] = 5;
    const spec = tiny({ inputs: 20, weightsIn });
    expect(() => checkWords(configurationOf(rockpoolGlobalFuzzy(spec), 1e-3))).toThrow(
      /input 0 -> 0: weight/,
    );
    expect(() => checkWords(configurationOf(correctedQuantizer(spec), 1e-3))).not.toThrow();
  });

  it("noise: a small threshold rounds to 0, and the neuron fires 31 times a step", () => {
    const spec = tiny({ weightsIn: Float64Array.of(8), threshold: Float64Array.of(0.02) });
    expect(hiddenSpikes(rockpoolGlobal, spec, new Array(10).fill(0))).toBe(310);
    expect(hiddenSpikes(correctedQuantizer, spec, new Array(10).fill(0))).toBe(0);
  });

  it("silence: a neuron beside a much larger one falls silent, and not with a scale of its own", () => {
    const spec = tiny({
      hidden: 2,
      inputHidden: 2,
      outputHidden: 2,
      weightsIn: Float64Array.of(0.01, 8),
      weightsHidden: new Float64Array(4),
      weightsOut: Float64Array.of(1, 1),
      threshold: Float64Array.of(0.05, 1),
      dashMembrane: Float64Array.of(4, 4),
      dashSynapse: Float64Array.of(3, 3),
      dashSynapse2: Float64Array.of(3, 3),
    });
    const spikes = new Array(50).fill(1);
    expect(hiddenSpikes(rockpoolGlobal, spec, spikes)).toBe(0);
    expect(hiddenSpikes(correctedQuantizer, spec, spikes)).toBeGreaterThan(50);
  });
});
