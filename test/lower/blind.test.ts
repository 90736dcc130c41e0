/** Calibration inputs that are missing, few, or not what the network was trained on: said, and lowered all the same. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../src/graph/evaluate.ts";
import { boundActivations, syntheticInputs } from "../../src/lower/bound-activations.ts";
import { fold } from "../../src/lower/fold.ts";
import { lower } from "../../src/lower/lower.ts";
import { measure } from "../../src/lower/measure.ts";
import type { CalibrationInputs } from "../../src/lower/options.ts";
import { rewrite } from "../../src/lower/rewrite.ts";
import { encodeNetwork } from "../../src/network/spk/spk.ts";
import { graphOf } from "../graph/small-graphs.ts";
import { affine, relu, samplesOf, seeded } from "./graph-parts.ts";
import { networkLogits, optionsFor } from "./lowering.ts";
import { arbitraryGraph } from "./random-graphs.ts";

const random = seeded(21);
const graph = graphOf([8], [affine(random, 12, 8), relu(), affine(random, 4, 12)]);
const options = optionsFor(graph, { timesteps: 64 });

const lowerOn = (calibration: Partial<CalibrationInputs>, timesteps = 64) =>
  lower(graph, { ...options, timesteps, calibration: { ...options.calibration, ...calibration } });
const none = { values: new Float32Array(0), samples: 0 };
const notesOf = (calibration: Partial<CalibrationInputs>) =>
  lowerOn(calibration)
    .notes.map(({ where, text }) => `${where}: ${text}`)
    .join("\n");

describe("without calibration inputs", () => {
  it("bounds of the weights are not exceeded by any activation of inputs in 0..1", () => {
    const check = fc.property(arbitraryGraph, (any) => {
      const rewritten = rewrite(any);
      const folded = fold(rewritten);
      const samples = 6;
      const values = samplesOf(seeded(6), folded.inputShape, samples);
      const bounds = boundActivations(folded);
      const measured = measure(rewritten, folded, { values, samples, inputScale: null });
      for (const { name, kind } of folded.activations) {
        if (kind === "output") continue;
        const bound = bounds.get(name)!;
        measured.get(name)!.forEach((value, i) => {
          const most = bound[i % bound.length];
          expect(value, `${name}, neuron ${i % bound.length}`).toBeLessThanOrEqual(most + 1e-4 * (1 + most));
        });
      }
    });
    fc.assert(check, { numRuns: 40 });
  });

  it("a network is made all the same, always the same one, that nears the floats with more steps", () => {
    const count = 24;
    const samples = samplesOf(seeded(4), [8], count);
    const expected = evaluate(graph, samples, count).get(graph.output)!;
    const errorAt = (timesteps: number) =>
      networkLogits(lowerOn(none, timesteps).network, samples, count)
        .flatMap((logits) => [...logits])
        .reduce((sum, logit, i) => sum + (logit - expected[i]) ** 2, 0);
    expect(errorAt(256)).toBeLessThan(errorAt(4) / 10);
    expect(encodeNetwork(lowerOn(none).network)).toEqual(encodeNetwork(lowerOn(none).network));
  });

  it("is said, with what it costs", () => {
    expect(notesOf(none)).toMatch(/no calibration inputs.*several times the timesteps/);
    expect(lowerOn(none).calibrationSamples).toBe(0);
  });

  it("stand-ins lie in 0..1 and reach 1, so that a file's integers keep their scale", () => {
    const { values, samples } = syntheticInputs(8, 255);
    expect(values.length).toBe(8 * samples);
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(Math.max(...values)).toBe(1);
  });
});

describe("doubtful calibration inputs", () => {
  const filled = (value: number) => new Float32Array(48 * 8).fill(value);

  it.each([
    [
      "too few",
      { values: options.calibration.values.subarray(0, 24), samples: 3 },
      "only 3 calibration inputs",
    ],
    ["all the same", { values: filled(0.5) }, "all 48 calibration inputs are the same"],
    ["divided by too much", { values: filled(0.01), inputScale: 255 }, "it is probably too large"],
    ["not divided at all", { values: filled(200), inputScale: 255 }, "inputs reach 200"],
  ])("are named: %s", (_name, calibration, text) => expect(notesOf(calibration)).toContain(text));

  it("of the usual kind get no note", () => expect(notesOf({})).not.toContain("calibration"));

  it("that are no numbers are refused, by sample and place", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const values = options.calibration.values.slice();
      values[19] = bad;
      const refusal = expect.objectContaining({ code: "SPK-0303", where: "value 3 of the sample" });
      expect(() => lowerOn({ values })).toThrow(refusal);
      expect(() => lowerOn({ values })).toThrow(/calibration sample 2/);
    }
  });

  it("that leave a layer silent in the float network are named by it", () => {
    const dead = graphOf(
      [8],
      [
        affine(random, 12, 8),
        relu({ name: "first" }),
        affine(random, 6, 12),
        relu({ name: "late" }),
        affine(random, 4, 6),
      ],
    );
    const nodes = dead.nodes.map((node) =>
      node.name === "Affine3" ? { ...node, bias: Float64Array.from({ length: 6 }, () => -1e6) } : node,
    );
    const silenced = { ...dead, nodes: nodes as typeof dead.nodes };
    const { notes, layers } = lower(silenced, optionsFor(silenced));
    expect(
      notes.filter(({ text }) => text.includes("0 on every calibration input")).map(({ where }) => where),
    ).toEqual(["late"]);
    expect(layers.find(({ name }) => name === "late")).toMatchObject({ deadFraction: 1, rate: 0 });
  });
});

it("no timesteps are no network", () => {
  for (const timesteps of [0, -4, 2.5, Number.NaN])
    expect(() => lowerOn({}, timesteps)).toThrow(expect.objectContaining({ code: "SPK-0002" }));
});
