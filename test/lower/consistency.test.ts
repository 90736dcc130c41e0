/**
 * The conversion chooses every parameter on trains that it works out for itself, neuron by neuron and without a simulator.
 * They must be the trains that the finished network emits: else everything was tuned for another network.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import type { SpikeStore } from "../../src/lower/calibrate/spike-store.ts";
import type { Conversion } from "../../src/lower/conversion.ts";
import { convert, lower } from "../../src/lower/lower.ts";
import type { LoweringOptions } from "../../src/lower/options.ts";
import { checkNetwork } from "../../src/network/check.ts";
import { latencies } from "../../src/network/latency.ts";
import type { Network } from "../../src/network/network.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import type { NumericRules } from "../../src/target/rules.ts";
import { graphOf } from "../graph/small-graphs.ts";
import {
  add,
  affine,
  averagePool,
  concat,
  convolution,
  flatten,
  maxPool,
  normalization,
  relu,
  seeded,
} from "./graph-parts.ts";
import { genericRules, lesserRules, optionsFor } from "./lowering.ts";
import { arbitraryGraph } from "./random-graphs.ts";

const random = seeded(2);

const graphs: Readonly<Record<string, Graph>> = {
  "fully connected layers": graphOf(
    [6],
    [affine(random, 8, 6), relu(), affine(random, 8, 8), relu({ maximum: 0.8 }), affine(random, 3, 8)],
  ),
  "maps of biases and an OR pool": graphOf(
    [1, 6, 6],
    [
      normalization(random, 1),
      convolution(random, 3, 1, { padding: [1, 1, 1, 1] }),
      relu(),
      maxPool([2, 2]),
      convolution(random, 2, 3),
      relu(),
      flatten(),
      affine(random, 3, 2),
    ],
  ),
  "a residual block, an average pool and overlapping OR pools": graphOf(
    [1, 6, 6],
    [
      convolution(random, 2, 1),
      relu({ name: "trunk" }),
      convolution(random, 2, 2, { padding: [1, 1, 1, 1] }, { name: "branch" }),
      add(["trunk", "branch"]),
      relu(),
      maxPool([3, 3], [1, 1], [1, 1, 0, 0]),
      averagePool([2, 2], [1, 1]),
      flatten(),
      affine(random, 3, 8),
    ],
  ),
  "two branches that are joined": graphOf(
    [2, 4, 4],
    [
      convolution(random, 2, 2, {}, { inputs: ["input"] }),
      relu({ name: "left" }),
      convolution(random, 1, 2, {}, { inputs: ["input"] }),
      relu({ name: "right" }),
      concat(["left", "right"]),
      normalization(random, 3, {}, true),
      relu(),
      flatten(),
      affine(random, 3, 12),
    ],
  ),
};

/** Steps at which the conversion expects neuron `neuron` to fire in `sample`. */
function predicted(store: SpikeStore, sample: number, neuron: number): number[] {
  const start = (sample * store.neurons + neuron) * store.wordsPerNeuron;
  const steps = Array.from({ length: store.steps }, (_, step) => step);
  return steps.filter((step) => (store.words[start + (step >> 5)] >>> (step & 31)) & 1);
}

/** Compares every population but the readout, which the conversion does not turn into trains. Returns spikes compared. */
function expectPredictedTrains({ sources, options }: Conversion, network: Network): number {
  const simulator = createSimulator(network);
  const latency = latencies(network);
  const { values, samples } = options.calibration;
  const size = values.length / samples;
  let compared = 0;
  for (let sample = 0; sample < samples; sample++) {
    const { train } = simulator.run(
      encodeSample(network, values.subarray(sample * size, (sample + 1) * size)),
    );
    for (const { name } of network.populations) {
      const store = sources.get(name)?.store;
      if (store?.kind !== "spikes") continue;
      const first = latency.get(name)!;
      const steps: number[][] = Array.from({ length: store.neurons }, () => []);
      const { offsets, neurons } = train.events.get(name)!;
      for (let step = 0; step < network.timesteps; step++)
        for (let event = offsets[first + step]; event < offsets[first + step + 1]; event++)
          steps[neurons[event]].push(step);
      steps.forEach((found, neuron) => {
        const where = `${name}, sample ${sample}, neuron ${neuron}`;
        expect(found, where).toEqual(predicted(store, sample, neuron));
        compared += found.length;
      });
    }
  }
  return compared;
}

function check(graph: Graph, options: LoweringOptions): void {
  const { network } = lower(graph, options);
  checkNetwork(network);
  expect(expectPredictedTrains(convert(graph, options), network)).toBeGreaterThan(100);
}

describe.each(Object.entries(graphs))("the trains that conversion predicts for %s", (_name, graph) => {
  it.each(["analog", "rate", "poisson", "latency"] as const)(
    "are those of the network: %s input",
    (input) => {
      check(graph, optionsFor(graph, { input, samples: 12 }));
    },
  );

  it.each(Object.entries(lesserRules))("are those of the network on a chip with %s", (_chip, rules) => {
    check(graph, optionsFor(graph, { rules, samples: 12 }));
  });

  it("are those of the network over more than 32 steps, also where T is no multiple of a word", () => {
    check(graph, optionsFor(graph, { timesteps: 45, samples: 8 }));
  });

  it("are those of the network with delays and 4-bit weights", () => {
    const rules = { ...genericRules, delay: { ...genericRules.delay, low: 3 } };
    check(graph, optionsFor(graph, { rules, weightBits: 4, samples: 12 }));
  });
});

it("signed samples become pairs of channels, and the trains are still those of the network", () => {
  const graph = graphs["fully connected layers"];
  check(graph, optionsFor(graph, { input: "rate", low: -1, samples: 12 }));
});

it("random graphs, too, become networks that hold together and emit the trains that were predicted", () => {
  const chips = fc.constantFrom<NumericRules>(genericRules, ...Object.values(lesserRules));
  const property = fc.property(arbitraryGraph, chips, (graph, rules) => {
    const options = optionsFor(graph, { rules, timesteps: 9, samples: 4 });
    const { network } = lower(graph, options);
    checkNetwork(network);
    expectPredictedTrains(convert(graph, options), network);
  });
  fc.assert(property, { numRuns: 40 });
});
