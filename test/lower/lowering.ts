/** Lowering for tests: rules of synthetic chips, calibration inputs from a seed, and what the network then does. */
import type { Graph } from "../../src/graph/graph.ts";
import type { InputKind, LoweringOptions } from "../../src/lower/options.ts";
import type { Network } from "../../src/network/network.ts";
import { logitsOf } from "../../src/simulate/classify.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import type { NumericRules } from "../../src/target/rules.ts";
import { chip as generic } from "../../targets/generic/chip.ts";
import { samplesOf, seeded } from "./graph-parts.ts";

export const genericRules: NumericRules = generic.rules;

/** Chips that have less than the generic one, each in its own way. */
export const lesserRules = {
  "reset to zero": { ...genericRules, reset: ["zero"] },
  "no counting pools": { ...genericRules, populations: ["integrateAndFire"] },
  "one threshold a layer": {
    ...genericRules,
    threshold: { ...genericRules.threshold, granularity: "population" },
  },
  "no vInit": { ...genericRules, vInit: null },
  "no bias, delays of 1 and more": {
    ...genericRules,
    bias: null,
    delay: { low: 1, high: 63, granularity: "projection" },
  },
  "12-bit saturating membranes": {
    ...genericRules,
    threshold: { low: 1, high: 2047, granularity: "neuron" },
    vInit: { low: 0, high: 2047, granularity: "neuron" },
    state: { low: -2048, high: 2047, overflow: "saturate" },
  },
  "12-bit wrapping membranes": {
    ...genericRules,
    threshold: { low: 1, high: 2047, granularity: "neuron" },
    vInit: { low: 0, high: 2047, granularity: "neuron" },
    state: { low: -2048, high: 2047, overflow: "wrap" },
    floor: ["none"],
  },
  "spikes in, strict comparison, hard reset, no bias, no vInit": {
    ...genericRules,
    bias: null,
    vInit: null,
    compare: ["gt"],
    reset: ["zero"],
    threshold: { low: 0, high: 255, granularity: "neuron" },
    delay: { low: 2, high: 63, granularity: "projection" },
    inputs: ["rate"],
    readouts: ["count"],
  },
} satisfies Record<string, NumericRules>;

interface Settings {
  readonly timesteps?: number;
  readonly weightBits?: number;
  readonly input?: InputKind;
  readonly rules?: NumericRules;
  readonly samples?: number;
  /** Inputs lie in [low, 1). */
  readonly low?: number;
}

/** Calibration inputs of a graph, always the same ones. */
export function optionsFor(graph: Graph, settings: Settings = {}): LoweringOptions {
  const {
    timesteps = 16,
    weightBits = 8,
    input = null,
    rules = genericRules,
    samples = 48,
    low = 0,
  } = settings;
  const values = samplesOf(seeded(99), graph.nodes[0].shape, samples, low);
  return {
    timesteps,
    weightBits,
    input,
    readout: null,
    seed: 5,
    rules,
    calibration: { values, samples, inputScale: null },
    provenance: { version: "test", modelHash: "", calibrationHash: "", options: [] },
  };
}

/** Logits of a lowered network as floats, sample after sample. */
export function networkLogits(network: Network, samples: Float32Array, count: number): Float64Array[] {
  const simulator = createSimulator(network);
  const size = samples.length / count;
  return Array.from({ length: count }, (_, i) => {
    const { readings } = simulator.run(encodeSample(network, samples.subarray(i * size, (i + 1) * size)));
    return logitsOf(network, readings[0], network.timesteps);
  });
}
