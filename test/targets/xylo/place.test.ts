import { describe, expect, it } from "vitest";
import { estimateClock } from "../../../targets/xylo/clock.ts";
import { xyloAudio2, xyloAudio3 } from "../../../targets/xylo/index.ts";
import type { XyloPlacement } from "../../../targets/xylo/place.ts";
import { alwaysOn, dense, lawOf, network, population, projection, sampleInput } from "./networks.ts";

const ones = (rows: number, columns: number, weight = 1) =>
  dense(Array.from({ length: rows }, () => new Array(columns).fill(weight)));

/** inputs -> hidden -> outputs. */
function chain(inputs: number, hidden: number, outputs: number, law = lawOf([40], 31)) {
  return network({
    inputs: [sampleInput(inputs)],
    populations: [population("hidden", hidden, law), population("output", outputs, lawOf([40], 1))],
    projections: [
      projection("in", "hidden", ones(hidden, inputs, 20), 0),
      projection("hidden", "output", ones(outputs, hidden, 20), 1),
    ],
  });
}

describe("a network that does not fit", () => {
  it("is refused with every reason, its layer, need and limit", () => {
    const net = chain(20, 200, 40);
    expect(() => xyloAudio3.place(net)).toThrow(
      /4 reasons[\s\S]*in: input channels \(20 of in\) 20, at most 16; [\s\S]*output: output neurons 40, at most 32[\s\S]*hidden: hidden neurons up to the last with input weights 200, at most 128[\s\S]*with output weights 200, at most 128/,
    );
  });

  it("is told which delays the chip has", () => {
    const net = chain(2, 3, 2);
    const late = { ...net, projections: [net.projections[0], { ...net.projections[1], delay: 2 }] };
    expect(() => xyloAudio3.place(late)).toThrow(/hidden to output: delay \(exactly 1\) 2, at most 1/);
  });

  it("is told that outputs hear hidden neurons alone, and give spikes to nobody", () => {
    const direct = network({
      inputs: [sampleInput(2)],
      populations: [population("output", 2, lawOf([40], 1))],
      projections: [projection("in", "output", ones(2, 2), 0)],
    });
    expect(() => xyloAudio3.place(direct)).toThrow(/put a hidden layer in between/);
    const net = chain(2, 3, 2);
    const loop = { ...net, projections: [...net.projections, projection("output", "output", ones(2, 2), 1)] };
    expect(() => xyloAudio3.place(loop)).toThrow(/output: projections that leave the readout 1, at most 0/);
  });

  it("is told of weights that parallel connections add up to", () => {
    const net = chain(2, 3, 2);
    const twice = { ...net.projections[1], name: "again", connection: ones(2, 3, 120) };
    expect(() => xyloAudio3.place({ ...net, projections: [...net.projections, twice] })).toThrow(
      /again: weight 140, at most 127/,
    );
  });

  it("is told of sizes and of weights at once", () => {
    const net = chain(20, 3, 2);
    const twice = { ...net.projections[1], name: "again", connection: ones(2, 3, 120) };
    expect(() => xyloAudio3.place({ ...net, projections: [...net.projections, twice] })).toThrow(
      /2 reasons[\s\S]*in: input channels[\s\S]*again: weight 140, at most 127/,
    );
  });

  it("is told of the fan-out of 64 on Audio 2", () => {
    const net = network({
      inputs: [sampleInput(1)],
      populations: [
        population("first", 2, lawOf([40], 31)),
        population("second", 65, lawOf([40], 31)),
        population("output", 1, lawOf([40], 1)),
      ],
      projections: [
        projection("in", "first", ones(2, 1, 50), 0),
        projection("first", "second", ones(65, 2, 50), 1),
        projection("second", "output", ones(1, 65, 50), 1),
      ],
    });
    expect(() => xyloAudio2.place(net)).toThrow(
      /first: synapses of a hidden neuron onto hidden neurons 65, at most 64/,
    );
    expect(() => xyloAudio3.place(net)).not.toThrow();
  });

  it.each([
    ["a membrane that keeps all", { decayV: { kind: "none" } }, /the membrane must decay by a shift/],
    ["no trace", { synapse: { kind: "none" } }, /the chip's input passes one trace/],
    ["a reset to zero", { reset: { kind: "zero", value: Int32Array.of(0) } }, /resets by the threshold/],
    ["one spike a step", { maxSpikes: 1 }, /maxSpikes 1; of hidden neurons it is 31/],
    ["a start above 0", { vInit: Int32Array.of(5) }, /starts every membrane at 0/],
    ["a wide bias", { bias: Int32Array.of(300) }, /biases must lie in -128..127/],
    ["a high threshold", { threshold: Int32Array.of(40000) }, /thresholds must lie in 1..32767/],
  ] as const)("is refused by rule for %s", (_, change, message) => {
    const law = { ...lawOf([40], 31), ...change };
    expect(() => xyloAudio3.place(chain(2, 3, 2, law))).toThrow(message);
  });

  it("is refused for a bias that the chip would apply before the layer's first step", () => {
    const net = chain(2, 3, 2);
    const [hidden, output] = net.populations;
    const biased = { ...output, law: { ...lawOf([40], 1), bias: Int32Array.of(3) } };
    expect(() => xyloAudio3.place({ ...net, populations: [hidden, biased] })).toThrow(
      /its biases act from step 1, the chip's from the first/,
    );
  });
});

describe("the fit report", () => {
  it("names dead layers, and what is not proven", () => {
    const notes = (net: ReturnType<typeof chain>) => xyloAudio3.place(net).report.notes.join("\n");
    expect(notes(chain(2, 3, 2))).not.toMatch(/dead|not proven/);
    expect(notes(chain(2, 3, 2, lawOf([32000], 31, { membrane: 1 })))).toContain("hidden: dead");
    expect(notes(chain(16, 3, 2, lawOf([40], 31, { synapse: 6, shift: 3 })))).toContain(
      "hidden: not proven for 3 of 3 neurons",
    );
  });

  it("says which clock steps of 1 ms take", () => {
    const { configuration, report } = xyloAudio3.place(chain(2, 3, 2)) as XyloPlacement;
    // 2 (3.5 3 + 1) + 3 (7 0 + 3) + 3 (1 + 8 2) + 3 (19 + 3) + 12 2
    const cycles = 23 + 9 + 51 + 66 + 24;
    expect(estimateClock(configuration, false)).toEqual({
      cyclesPerStep: cycles,
      hertz: 1.2 * cycles * 1000,
    });
    expect(report.notes.at(-1)).toContain(`${cycles} cycles a step`);
  });

  it("shows what lies where", () => {
    const placement = xyloAudio3.place(chain(2, 3, 2));
    const { cores } = xyloAudio3.floorPlan!(placement);
    expect(cores.map(({ capacity, parts }) => [capacity, parts])).toEqual([
      [16, [{ layer: "in", used: 2 }]],
      [992, [{ layer: "hidden", used: 3 }]],
      [32, [{ layer: "output", used: 2 }]],
    ]);
  });

  it("counts the channels that biases take, one for each delay, and the relays of outputs", () => {
    const net = chain(2, 3, 2);
    const biased = {
      ...net,
      inputs: [...net.inputs, alwaysOn("h"), alwaysOn("o")],
      projections: [
        ...net.projections,
        projection("h", "hidden", ones(3, 1, 4), 0),
        projection("o", "output", ones(2, 1, 4), 1),
      ],
    };
    const { uses } = xyloAudio3.place(biased).report;
    expect(uses.slice(0, 2).map(({ used }) => used)).toEqual([2 + 1 + 1, 3 + 1]);
  });
});
