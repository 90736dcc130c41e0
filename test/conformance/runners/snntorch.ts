/**
 * Suite `neurons/snntorch`: every model of snnTorch 0.9.4 on random input, and the experiments of its tutorials 2 and 4, bit
 * by bit in float32 (golden/neurons/README.md). The float64 runs of the golden files are not compared: we compute in
 * float32 only.
 */
import type { Tensor } from "../../../src/graph/graph.ts";
import type { Recurrence, SnnTorchOptions, SpikingNeuron } from "../../../src/graph/spiking-neurons.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import { type ArrayCase, floatsOf, readArrayCases } from "./golden-arrays.ts";
import type { Runner } from "./runner.ts";
import { baseOf, firstDifference, runNeuron, scalar, vectorOf } from "./single-neuron.ts";
import { runSnnTorchTutorials } from "./snntorch-tutorials.ts";

export interface SnnTorchParams {
  readonly threshold: number;
  readonly reset: "subtract" | "zero" | "none";
  readonly reset_delay?: boolean;
  readonly connection?: "one" | "dense";
  readonly inhibition?: boolean;
  readonly graded_spikes_factor?: number;
  readonly state_quant?: object;
  /** A number, or "array NAME". */
  readonly alpha?: number | string;
  readonly beta?: number | string;
  readonly R?: number;
  readonly C?: number;
  readonly time_step?: number;
}

export const runSnnTorch: Runner = function* (files) {
  for (const given of readArrayCases<SnnTorchParams>(files, "neurons/snntorch_random")) yield runCase(given);
  yield* runSnnTorchTutorials(files);
};

function runCase(given: ArrayCase<SnnTorchParams>): VectorResult {
  const { shape } = given.arrays.get("input")!;
  const neurons = shape.slice(1).reduce((product, extent) => product * extent, 1);
  const neuron = snnTorchNeuron(given, shape.slice(1));
  const { spikes, membrane, states } = runNeuron(neuron, floatsOf(given, "input"));
  const compare = (name: string, ours: Float32Array | undefined): string | null => {
    const theirs = given.arrays.get(`f32.${name}`);
    return theirs ? firstDifference(name, ours, theirs.data, neurons) : null;
  };
  return vectorOf(given.id, [
    compare("spk", spikes),
    compare("mem", membrane),
    compare("syn", states.get("current")),
    compare("syn_exc", states.get("excitation")),
    compare("syn_inh", states.get("inhibition")),
  ]);
}

/** The layer of neurons of a case. */
export function snnTorchNeuron(given: ArrayCase<SnnTorchParams>, shape: readonly number[]): SpikingNeuron {
  const { params, model } = given;
  const tensor = (value: number | string | undefined, name: string): Tensor =>
    typeof value === "number" ? scalar(value) : { shape, data: floatsOf(given, name) };
  const options: SnnTorchOptions = {
    threshold: scalar(params.threshold),
    reset: params.reset,
    resetDelay: params.reset_delay ?? true,
    inhibition: params.inhibition ?? false,
    gradedSpikesFactor: scalar(params.graded_spikes_factor ?? 1),
    stateLevels: params.state_quant ? floatsOf(given, "levels") : null,
  };
  const base = { ...baseOf(given.id, shape), ...options, vInit: null };
  const beta = (): Tensor => tensor(params.beta, "beta");
  const alpha = (): Tensor => tensor(params.alpha, "alpha");
  switch (model) {
    case "Leaky":
      return { type: "Leaky", ...base, beta: beta() };
    case "RLeaky":
      return { type: "RLeaky", ...base, beta: beta(), recurrence: recurrenceOf(given, shape) };
    case "Synaptic":
      return { type: "Synaptic", ...base, alpha: alpha(), beta: beta() };
    case "RSynaptic":
      return {
        type: "RSynaptic",
        ...base,
        alpha: alpha(),
        beta: beta(),
        recurrence: recurrenceOf(given, shape),
      };
    case "Alpha": {
      const tauAlpha = { shape, data: floatsOf(given, "tau_alpha.f32") };
      return { type: "Alpha", ...base, alpha: alpha(), beta: beta(), tauAlpha };
    }
    case "Lapicque": {
      const { R = 1, C = 1, time_step = 1 } = params;
      return {
        type: "Lapicque",
        ...base,
        resistance: scalar(R),
        capacitance: scalar(C),
        timeStep: scalar(time_step),
      };
    }
    default:
      throw new Error(`${given.id}: there is no model ${model}`);
  }
}

function recurrenceOf(given: ArrayCase<SnnTorchParams>, shape: readonly number[]): Recurrence {
  if (given.params.connection === "one") {
    return { kind: "oneToOne", weight: { shape, data: floatsOf(given, "V") } };
  }
  const weight = given.arrays.get("weight")!;
  return {
    kind: "dense",
    weight: { shape: weight.shape, data: floatsOf(given, "weight") },
    bias: floatsOf(given, "bias"),
  };
}
