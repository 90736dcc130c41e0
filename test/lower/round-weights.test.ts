import { describe, expect, it } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import { type Conversion, integerCurrents, scaledDrives } from "../../src/lower/conversion.ts";
import type { Activation } from "../../src/lower/folded.ts";
import { convert } from "../../src/lower/lower.ts";
import { weightRounding } from "../../src/lower/round-weights.ts";
import { quantizeDrive } from "../../src/lower/scaled-drive.ts";
import type { NumericRules } from "../../src/target/rules.ts";
import { graphOf } from "../graph/small-graphs.ts";
import {
  add,
  affine,
  averagePool,
  concat,
  convolution,
  correlatedSamples,
  flatten,
  relu,
  seeded,
} from "./graph-parts.ts";
import { genericRules, optionsFor } from "./lowering.ts";

const timesteps = 8;
const top = 7;

function converted(graph: Graph, weightBits = 4, rules: NumericRules = genericRules): Conversion {
  const values = correlatedSamples(graph.nodes[0].shape, 40, 7);
  const calibration = { values, samples: 40, inputScale: null };
  return convert(graph, { ...optionsFor(graph, { timesteps, weightBits, rules }), calibration });
}

interface Currents {
  readonly connections: ReturnType<ReturnType<typeof weightRounding>["round"]>["connections"];
  readonly constant: Float64Array;
}

/** Mean squared error of current and constant from those of float weights on the same trains. */
function currentError(
  conversion: Conversion,
  activation: Activation,
  factor: number,
  rounded: Currents,
): number {
  const fine = 2 ** 12;
  const factors = new Float64Array(activation.shape[0]).fill(factor * fine);
  const exact = scaledDrives(conversion, activation).map((drive) => quantizeDrive(drive, factors, 24));
  const wanted = integerCurrents(conversion, activation, exact);
  const { data } = integerCurrents(conversion, activation, rounded.connections);
  const { steps, samples, neurons } = wanted;
  let error = 0;
  for (let i = 0; i < samples * neurons; i++) {
    let difference = 0;
    for (let step = 0; step < steps; step++)
      difference += data[i * steps + step] - wanted.data[i * steps + step] / fine;
    const moved = (rounded.constant[i % neurons] - activation.constant[i % neurons]) * factor;
    error += (difference / steps + moved) ** 2;
  }
  return error / (samples * neurons);
}

/** Weights rounded alone, with the best constant for each unit: their error is then all spread. */
function meanShifted(
  conversion: Conversion,
  activation: Activation,
  factor: number,
  connections: Currents["connections"],
): Currents {
  const fine = 2 ** 12;
  const factors = new Float64Array(activation.shape[0]).fill(factor * fine);
  const exact = scaledDrives(conversion, activation).map((drive) => quantizeDrive(drive, factors, 24));
  const wanted = integerCurrents(conversion, activation, exact);
  const { data } = integerCurrents(conversion, activation, connections);
  const { steps, samples, neurons } = wanted;
  const perUnit = (samples * steps * neurons) / activation.shape[0];
  const missing = new Float64Array(activation.shape[0]);
  data.forEach((value, i) => {
    const unit = Math.floor(((Math.floor(i / steps) % neurons) * missing.length) / neurons);
    missing[unit] += (wanted.data[i] / fine - value) / perUnit / factor;
  });
  const constant = activation.constant.map(
    (value, neuron) => value + missing[Math.floor((neuron * missing.length) / neurons)],
  );
  return { connections, constant };
}

/** The same factor for all units, at which the largest weight fills the range. */
function plainFactor(conversion: Conversion, activation: Activation): number {
  const drives = scaledDrives(conversion, activation);
  return (
    top /
    Math.max(...drives.map(({ weights }) => weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0)))
  );
}

const random = seeded(11);
const same = { padding: [1, 1, 1, 1] } as const;
const graphs: Readonly<Record<string, Graph>> = {
  "dense layers": graphOf([60], [affine(random, 20, 60), relu(), affine(random, 4, 20)]),
  "a residual and joined maps": graphOf(
    [2, 8, 8],
    [
      convolution(random, 6, 2, same),
      relu({ name: "first" }),
      convolution(random, 6, 6, same),
      add(["Conv2d3", "first"]),
      relu({ name: "second" }),
      concat(["first", "second"]),
      convolution(random, 5, 12, { stride: [2, 2] }),
      relu(),
      averagePool([3, 3]),
      flatten(),
      affine(random, 5, 5),
    ],
  ),
  "grouped and depthwise convolutions": graphOf(
    [4, 8, 8],
    [
      convolution(random, 8, 4, { groups: 2 }),
      relu(),
      convolution(random, 8, 8, { groups: 8, dilation: [2, 2] }),
      relu(),
      flatten(),
      affine(random, 3, 32),
    ],
  ),
};

describe("weights of 4 bits", () => {
  for (const [what, graph] of Object.entries(graphs))
    it(`give currents nearer to those of float weights than weights rounded alone: ${what}`, () => {
      const conversion = converted(graph);
      let together = 0;
      let alone = 0;
      for (const activation of conversion.folded.activations) {
        const scaled = scaledDrives(conversion, activation);
        const factor = plainFactor(conversion, activation);
        const factors = new Float64Array(activation.shape[0]).fill(factor);
        const rounded = weightRounding(conversion, activation, scaled).round(factors);
        for (const { kind, weights } of rounded.connections)
          expect(kind === "oneToOne" || weights.every((weight) => Math.abs(weight) <= top)).toBe(true);
        const plain = scaled.map((drive) => quantizeDrive(drive, factors, 4));
        const shifted = meanShifted(conversion, activation, factor, plain);
        together += currentError(conversion, activation, factor, rounded);
        alone += currentError(conversion, activation, factor, shifted);
      }
      expect(together).toBeLessThan(0.8 * alone);
    });

  it("are as good on inputs that no moments were taken of", () => {
    const graph = graphs["dense layers"];
    const conversion = converted(graph);
    const [activation] = conversion.folded.activations;
    const scaled = scaledDrives(conversion, activation);
    const factor = plainFactor(conversion, activation);
    const factors = new Float64Array(20).fill(factor);
    const rounded = weightRounding(conversion, activation, scaled).round(factors);
    const plain = quantizeDrive(scaled[0], factors, 4);
    const spread = ({ weights }: Pick<Currents["connections"][number], "weights">) => {
      const inputs = correlatedSamples([60], 200, 1234);
      const scale = 127;
      let error = 0;
      for (let row = 0; row < 20; row++) {
        const errors = Array.from({ length: 200 }, (_, sample) => {
          let sum = 0;
          for (let i = 0; i < 60; i++)
            sum +=
              (weights[row * 60 + i] - scaled[0].weights[row * 60 + i] * factor) *
              scale *
              inputs[sample * 60 + i];
          return sum;
        });
        const mean = errors.reduce((sum, value) => sum + value, 0) / 200;
        error += errors.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      }
      return error;
    };
    expect(spread(rounded.connections[0])).toBeLessThan(0.8 * spread(plain));
  });

  it("move biases no further than the chip's go", () => {
    const rules: NumericRules = { ...genericRules, bias: { low: -40, high: 40, granularity: "neuron" } };
    const conversion = converted(graphs["dense layers"], 4, rules);
    for (const activation of conversion.folded.activations) {
      const factor = Math.min(
        plainFactor(conversion, activation),
        40 / Math.max(...activation.constant.map(Math.abs)),
      );
      const factors = new Float64Array(activation.shape[0]).fill(factor);
      const scaled = scaledDrives(conversion, activation);
      const { constant } = weightRounding(conversion, activation, scaled).round(factors);
      for (const value of constant) expect(Math.abs(Math.round(value * factor))).toBeLessThanOrEqual(40);
    }
  });
});

it("weights of 8 bits are rounded alone, and constants stay", () => {
  const conversion = converted(graphs["dense layers"], 8);
  for (const activation of conversion.folded.activations) {
    const scaled = scaledDrives(conversion, activation);
    const factors = new Float64Array(activation.shape[0]).fill(3);
    const { round, errorsOf } = weightRounding(conversion, activation, scaled);
    expect(errorsOf).toBeNull();
    expect(round(factors)).toEqual({
      connections: scaled.map((drive) => quantizeDrive(drive, factors, 8)),
      constant: activation.constant,
    });
  }
});
