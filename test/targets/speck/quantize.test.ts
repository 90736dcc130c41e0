import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import { type FloatLayer, quantizeLayer } from "../../../targets/speck/quantize.ts";

const layer = (changes: Partial<FloatLayer> = {}): FloatLayer => ({
  weights: Float32Array.of(0.5, -0.25, 0.1),
  bias: null,
  threshold: 1,
  floor: -1,
  initial: null,
  rescale: 1,
  ...changes,
});

describe("the vendor's quantizer", () => {
  it("fills 8 bits with the largest weight, and scales all else with it", () => {
    expect(quantizeLayer(layer())).toMatchObject({
      scale: 254,
      weights: Int32Array.of(127, -64, 25),
      threshold: 254,
      floor: -254,
    });
  });

  it("rounds halves to even", () => {
    const { weights, threshold } = quantizeLayer(
      layer({ weights: Float32Array.of(127, 0.5, 1.5, -0.5, -2.5), threshold: 3.5, floor: -4.5 }),
    );
    expect([...weights]).toEqual([127, 0, 2, 0, -2]);
    expect(threshold).toBe(4);
  });

  it("loses its weights to a floor that is not set", () => {
    const { scale, weights } = quantizeLayer(layer({ floor: null }));
    expect(scale).toBeLessThanOrEqual(1);
    expect([...weights]).toEqual([0, 0, 0]);
  });

  it("loses precision to a large bias", () => {
    expect([...quantizeLayer(layer({ bias: Float32Array.of(20) })).weights]).toEqual([3, -2, 1]);
  });

  it("stays within the bits of every parameter, and reaches the end of one", () => {
    const float = fastCheck.float({ min: -100, max: 100, noNaN: true });
    const some = fastCheck
      .array(float, { minLength: 1, maxLength: 8 })
      .map((values) => Float32Array.from(values));
    const bits = (values: ArrayLike<number>) =>
      Math.max(...Array.from(values, (v) => (v < 0 ? -v / 128 : v / 127)));
    const positive = fastCheck.float({ min: Math.fround(0.01), max: 100, noNaN: true });
    fastCheck.assert(
      fastCheck.property(some, some, positive, positive, (weights, bias, threshold, floor) => {
        const found = quantizeLayer(layer({ weights, bias, threshold, floor: -floor }));
        const filled = [
          bits(found.weights),
          bits(found.bias!),
          Math.max(found.threshold / 32_767, -found.floor / 32_768),
        ];
        expect(Math.max(...filled)).toBeLessThanOrEqual(1);
        expect(Math.max(...filled)).toBeGreaterThan(0.99);
      }),
      { numRuns: 200, seed: 6 },
    );
  });
});
