/**
 * Attribution mixes floats and spikes layer by layer. Both ends of the mixture have an oracle: all floats must be the Graph,
 * all spikes must be what the engine runs.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluate } from "../../../src/graph/evaluate.ts";
import type { Graph } from "../../../src/graph/graph.ts";
import {
  createStager,
  logitsUpTo,
  logitsWithout,
  statesOfStage,
} from "../../../src/lower/attribute/layer-states.ts";
import { pairLayers } from "../../../src/lower/attribute/pair-layers.ts";
import { lower } from "../../../src/lower/lower.ts";
import type { LoweringOptions } from "../../../src/lower/options.ts";
import { createEngine } from "../../../src/simulate/engine.ts";
import type { NumericRules } from "../../../src/target/rules.ts";
import { graphOf } from "../../graph/small-graphs.ts";
import { affine, relu, seeded } from "../graph-parts.ts";
import { genericRules, lesserRules, optionsFor } from "../lowering.ts";
import { arbitraryGraph } from "../random-graphs.ts";

function expectClose(found: Float64Array, expected: ArrayLike<number>, where: string): void {
  const largest = Math.max(1, ...Array.from(expected, Math.abs));
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i]), `${where}, value ${i}`).toBeLessThan(1e-4 * largest);
  });
}

/** Both ends, and that the mixtures meet them: everything up to the last layer spiking is everything spiking. */
function expectEnds(graph: Graph, options: LoweringOptions): void {
  const { network } = lower(graph, options);
  const stager = createStager(pairLayers(graph, network));
  const { layers } = stager.paired;
  const output = layers[layers.length - 1];
  const engine = createEngine(network);
  const { values, samples } = options.calibration;
  const size = values.length / samples;
  for (let index = 0; index < Math.min(samples, 3); index++) {
    const sample = values.subarray(index * size, (index + 1) * size);
    const logits = evaluate(graph, sample, 1).get(graph.output)!;
    const floats = statesOfStage(stager, sample, "original");
    expectClose(floats.get(output.name)!.values, logits, `sample ${index}, all floats`);
    const running = stager.statesOfRun(engine.runSample(sample));
    for (const layer of layers) {
      const again = stager.layerState(layer, running, "steps");
      expect(again.values, `sample ${index}, ${layer.name} alone`).toEqual(running.get(layer.name)!.values);
    }
    const spiking = running.get(output.name)!.values;
    expect(logitsUpTo(stager, running, layers.length - 1)).toEqual(spiking);
    const floated = logitsWithout(stager, running, sample, layers.length - 1);
    expect(floated).toEqual(stager.layerState(output, running, "original").values);
  }
}

const random = seeded(4);
const small = graphOf(
  [6],
  [affine(random, 8, 6), relu(), affine(random, 8, 8), relu(), affine(random, 3, 8)],
);

describe("layers paired with those of the Graph", () => {
  it.each(["analog", "rate", "poisson", "latency"] as const)(
    "are the Graph in floats and the engine's run in spikes: %s input",
    (input) => {
      expectEnds(small, optionsFor(small, { input, samples: 12 }));
    },
  );

  it.each(Object.entries(lesserRules))(
    "are the Graph in floats and the engine's run in spikes on a chip with %s",
    (_chip, rules) => {
      expectEnds(small, optionsFor(small, { rules, samples: 12 }));
    },
  );

  it("are so for signed samples as pairs of channels, with delays and 4-bit weights", () => {
    const rules = { ...genericRules, delay: { ...genericRules.delay, low: 3 } };
    expectEnds(small, optionsFor(small, { input: "rate", low: -1, rules, weightBits: 4, samples: 12 }));
  });

  it("are so for random graphs of convolutions, pools, branches and residual blocks", () => {
    const chips = fc.constantFrom<NumericRules>(genericRules, ...Object.values(lesserRules));
    const property = fc.property(arbitraryGraph, chips, (graph, rules) => {
      expectEnds(graph, optionsFor(graph, { rules, timesteps: 7, samples: 4 }));
    });
    fc.assert(property, { numRuns: 15 });
  });

  it("refuse a model that the network was not made from, by name", () => {
    const { network } = lower(small, optionsFor(small));
    const other = graphOf([6], [affine(random, 8, 6), relu(), affine(random, 3, 8)]);
    const wider = graphOf(
      [6],
      [affine(random, 9, 6), relu(), affine(random, 8, 9), relu(), affine(random, 3, 8)],
    );
    for (const graph of [other, wider])
      expect(() => pairLayers(graph, network)).toThrow(expect.objectContaining({ code: "SPK-0806" }));
  });

  it("find the noise of the integer weights again, without being told their factors", () => {
    const { network, layers } = lower(small, optionsFor(small));
    const paired = pairLayers(small, network).layers;
    for (const { name, weightSnr } of layers) {
      const found = paired.find((layer) => layer.name === name)!.weightSnr;
      // Least squares may only fit better than the factor that was used.
      expect(found, name).toBeGreaterThan(weightSnr - 0.5);
      expect(found, name).toBeLessThan(weightSnr + 3);
    }
  });
});
