/**
 * The conversion chooses every parameter on trains that it works out for itself, neuron by neuron and without a simulator.
 * They must be the trains that the finished network emits: else everything was tuned for another network.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import { type SpikeStore, spikesAt } from "../../src/lower/calibrate/spike-store.ts";
import type { Conversion } from "../../src/lower/conversion.ts";
import { nameWithoutCopy } from "../../src/lower/copies.ts";
import { convert, lower } from "../../src/lower/lower.ts";
import type { LoweringOptions } from "../../src/lower/options.ts";
import { checkNetwork } from "../../src/network/check.ts";
import { latencies } from "../../src/network/latency.ts";
import type { Network } from "../../src/network/network.ts";
import type { SpikeTrain } from "../../src/network/spikes.ts";
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

/** Spikes of every neuron at every step of a sample as the conversion expects them, copies added up: [step][neuron]. */
function predicted(store: SpikeStore, sample: number): number[][] {
  const out = { neurons: new Uint32Array(store.neurons), spikes: new Uint8Array(store.neurons) };
  return Array.from({ length: store.steps }, (_, step) => {
    const row = new Array<number>(store.neurons).fill(0);
    const count = spikesAt(store, sample, step, out);
    for (let i = 0; i < count; i++) row[out.neurons[i]] = out.spikes[i];
    return row;
  });
}

/** The same of a population and its copies, as they fire after their latency. */
function emitted(train: SpikeTrain, names: readonly string[], first: number, store: SpikeStore): number[][] {
  const rows = Array.from({ length: store.steps }, () => new Array<number>(store.neurons).fill(0));
  for (const name of names) {
    const { offsets, neurons, values } = train.events.get(name)!;
    rows.forEach((row, step) => {
      for (let event = offsets[first + step]; event < offsets[first + step + 1]; event++)
        row[neurons[event]] += values?.[event] ?? 1;
    });
  }
  return rows;
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
    for (const [name, { store }] of sources) {
      const names = network.populations.map((one) => one.name).filter((one) => nameWithoutCopy(one) === name);
      if (store.kind !== "spikes" || names.length === 0) continue;
      const expected = predicted(store, sample);
      emitted(train, names, latency.get(names[0])!, store).forEach((found, step) => {
        expect(found, `${name}, sample ${sample}, step ${step}`).toEqual(expected[step]);
        compared += found.reduce((sum, spikes) => sum + spikes, 0);
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

  it.each([
    [2, 16],
    [3, 12],
    [5, 1],
    [16, 2],
  ])("are those of the network with %i copies of each neuron over %i steps", (copies, timesteps) => {
    check(graph, { ...optionsFor(graph, { timesteps, samples: 12 }), recipe: { copies } });
  });

  it("are those of the network with delays and 4-bit weights", () => {
    const rules = { ...genericRules, delay: { ...genericRules.delay, low: 3 } };
    check(graph, optionsFor(graph, { rules, weightBits: 4, samples: 12 }));
  });
});

it("neurons of a window that inhibit each other have copies, too", () => {
  const plain = graphOf(
    [1, 6, 6],
    [
      convolution(random, 3, 1, { padding: [1, 1, 1, 1] }),
      relu(),
      maxPool([2, 2]),
      flatten(),
      affine(random, 3, 27),
    ],
  );
  const rules = lesserRules["no counting pools"];
  check(plain, { ...optionsFor(plain, { rules, timesteps: 6, samples: 12 }), recipe: { copies: 3 } });
});

it("ORs of copies fire as was predicted, each over the neurons of one copy", () => {
  const recipe = { copies: 4, maxPool: "or" } as const;
  for (const graph of Object.values(graphs))
    check(graph, { ...optionsFor(graph, { timesteps: 9, samples: 12 }), recipe });
});

it.each(["12-bit saturating membranes", "12-bit wrapping membranes", "one threshold a layer"] as const)(
  "copies keep their trains on a chip with %s",
  (chip) => {
    const rules = lesserRules[chip];
    for (const graph of Object.values(graphs))
      check(graph, { ...optionsFor(graph, { rules, timesteps: 9, samples: 12 }), recipe: { copies: 4 } });
  },
);

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
