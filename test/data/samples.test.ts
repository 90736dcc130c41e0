/**
 * Matching an array to a network's input: what fits, what it becomes, and what an error says.
 */
import { describe, expect, it } from "vitest";
import { checkLabelClasses, checkLabelCount } from "../../src/data/labels.ts";
import type { NumberArray } from "../../src/data/number-array.ts";
import { firstSamples, matchSamples, matchSpikeSamples, sampleAt } from "../../src/data/samples.ts";

/** Values count up from 0, so that a sample can be told from the next. */
function arrayOf(...shape: number[]): NumberArray {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { dtype: "float32", shape, data: Float32Array.from({ length: size }, (_, index) => index) };
}

function zeros(...shape: number[]): NumberArray {
  const array = arrayOf(...shape);
  return { ...array, data: array.data.map(() => 0) as Float32Array };
}

describe("matchSamples", () => {
  it.each([
    ["[N, C, H, W]", [5, 2, 3, 4], [2, 3, 4], 5],
    ["[N, n]", [5, 7], [7], 5],
    ["[N, H, W] for one channel", [5, 3, 4], [1, 3, 4], 5],
    ["flat [N, n] for an image", [5, 24], [2, 3, 4], 5],
    ["images for a flat input", [5, 3, 4], [12], 5],
    ["images with channels for a flat input", [5, 2, 3, 4], [24], 5],
    ["one image alone", [2, 3, 4], [2, 3, 4], 1],
    ["one image alone without its channel", [3, 4], [1, 3, 4], 1],
    ["one flat sample alone", [7], [7], 1],
    ["one flat sample alone for an image", [24], [2, 3, 4], 1],
    ["as many samples as values", [7, 7], [7], 7],
  ])("takes %s", (_, found, shape, count) => {
    const samples = matchSamples(arrayOf(...found), shape, "x.npy");
    expect(samples.count).toBe(count);
    const size = shape.reduce((product, extent) => product * extent, 1);
    expect(sampleAt(samples, count - 1)).toEqual(arrayOf(...found).data.slice(-size));
  });

  it.each([
    ["another size", [5, 8], [7], "expected [N, 7], found [5, 8]"],
    ["another number of channels", [5, 3, 3, 4], [1, 3, 4], "expected [N, 1, 3, 4], found [5, 3, 3, 4]"],
    ["height and width exchanged", [5, 2, 4, 3], [2, 3, 4], "expected [N, 2, 3, 4], found [5, 2, 4, 3]"],
    ["no channels where there are two", [5, 3, 4], [2, 3, 4], "expected [N, 2, 3, 4], found [5, 3, 4]"],
    ["a single number", [], [7], "expected [N, 7], found []"],
  ])("refuses %s and says what was expected and found", (_, found, shape, message) => {
    expect(() => matchSamples(arrayOf(...found), shape, "x.npy")).toThrowError(
      expect.objectContaining({ code: "SPK-0607", message, where: "x.npy" }),
    );
  });

  it("knows images whose channels come last", () => {
    expect(() => matchSamples(arrayOf(5, 3, 4, 2), [2, 3, 4], "x")).toThrowError(
      expect.objectContaining({ advice: expect.stringContaining("transpose(0, 3, 1, 2)") }),
    );
  });
});

describe("matchSpikeSamples", () => {
  it.each([
    ["[N, T, n]", [5, 16, 7], [7], 5, 16],
    ["[N, T, C, H, W]", [5, 16, 2, 3, 4], [2, 3, 4], 5, 16],
    ["flat [N, T, n] for an image", [5, 16, 24], [2, 3, 4], 5, 16],
    ["one sample alone", [16, 7], [7], 1, 16],
    ["one image alone", [16, 2, 3, 4], [2, 3, 4], 1, 16],
  ])("takes %s", (_, found, shape, count, timesteps) => {
    const samples = matchSpikeSamples(zeros(...found), shape, "x.npy");
    expect([samples.count, samples.timesteps]).toEqual([count, timesteps]);
  });

  it("refuses an array without time and says what was expected", () => {
    expect(() => matchSpikeSamples(zeros(2, 3, 4), [2, 3, 4], "x.npy")).toThrowError(
      "expected [N, T, 2, 3, 4], found [2, 3, 4]",
    );
  });

  it("refuses values other than 0 and 1", () => {
    expect(() => matchSpikeSamples(arrayOf(1, 2, 2), [2], "x.npy")).toThrowError(
      "value 2 is 2; spikes are 0 or 1",
    );
  });
});

describe("firstSamples", () => {
  it("keeps the first ones, and all where there are fewer", () => {
    const samples = matchSamples(arrayOf(5, 7), [7], "x");
    expect(firstSamples(samples, 2).data).toEqual(arrayOf(2, 7).data);
    expect(firstSamples(samples, 9)).toBe(samples);
  });
});

describe("checkLabelCount", () => {
  it("refuses fewer or more labels than samples, with both numbers", () => {
    expect(() => checkLabelCount(Int32Array.of(1, 2), 2, "y.npy")).not.toThrow();
    expect(() => checkLabelCount(Int32Array.of(1, 2), 3, "y.npy")).toThrowError(
      expect.objectContaining({ code: "SPK-0609", message: "2 labels for 3 samples", where: "y.npy" }),
    );
  });
});

describe("checkLabelClasses", () => {
  it("takes every class of the network, and names the first label that is none", () => {
    expect(() => checkLabelClasses(Int32Array.of(0, 2, 1), 3, "y.npy")).not.toThrow();
    expect(() => checkLabelClasses(Int32Array.of(0, 3, 4), 3, "y.npy")).toThrowError(
      expect.objectContaining({
        code: "SPK-0608",
        message: "label 1 is 3, and the network has 3 classes, 0 to 2",
        where: "y.npy",
      }),
    );
  });
});
