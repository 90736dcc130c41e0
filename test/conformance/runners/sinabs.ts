/**
 * Suite `neurons/sinabs`: every layer of sinabs on random input, bit by bit in float32; its IAF on integers, under the law
 * and in floats; its count of synaptic operations; and what its introduction prints (golden/neurons/README.md).
 */

import type { Tensor } from "../../../src/graph/graph.ts";
import type { SinabsNode, SinabsReset } from "../../../src/graph/spiking-neurons.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import { type ArrayCase, floatsOf, readArrayCases, readJson } from "./golden-arrays.ts";
import { runSinabsIntegers } from "./law-sinabs.ts";
import type { Runner } from "./runner.ts";
import { runSinabsIntroduction } from "./sinabs-introduction.ts";
import { spikesOf } from "./sinabs-spikes.ts";
import { runSinabsSynops } from "./sinabs-synops.ts";
import { baseOf, firstDifference, runNeuron, scalar, vectorOf } from "./single-neuron.ts";

interface Params {
  readonly threshold: number;
  readonly spike_fn: "multi" | "single" | "max3" | null;
  /** "subtract", "subtract:AMOUNT", "reset:VALUE", "reset0", or empty. */
  readonly reset: string;
  readonly min_v_mem: number | null;
  readonly norm_input: boolean;
  readonly alpha_mem: number;
  readonly alpha_syn: number | null;
  readonly alpha_adapt?: number;
  readonly adapt_scale?: number;
}

export const runSinabs: Runner = function* (files, { engine }) {
  for (const given of readArrayCases<Params>(files, "neurons/sinabs_random")) yield runCase(given);
  const integers = "neurons/sinabs_iaf_integer.json";
  yield* runSinabsIntegers(files.read(integers), engine);
  yield* runIntegersInFloats(readJson(files, integers));
  yield* runSinabsSynops(files);
  yield* runSinabsIntroduction(files);
};

function runCase(given: ArrayCase<Params>): VectorResult {
  const { shape } = given.arrays.get("input")!;
  const { spikes, membrane, states } = runNeuron(neuronOf(given, shape.slice(1)), floatsOf(given, "input"));
  const compare = (name: string, ours: Float32Array | undefined): string | null => {
    const theirs = given.arrays.get(`f32.${name}`);
    return theirs ? firstDifference(name, ours, theirs.data, shape[1]) : null;
  };
  return vectorOf(given.id, [
    compare("spk", spikes),
    compare("out", spikes),
    compare("v_mem", membrane),
    compare("i_syn", states.get("current")),
    compare("b", states.get("adaptation")),
    compare("spike_threshold", states.get("threshold")),
  ]);
}

function neuronOf({ id, model, params, arrays }: ArrayCase<Params>, shape: readonly number[]): SinabsNode {
  const weight = arrays.get("weight");
  const recurrentWeight: Tensor | null = weight
    ? { shape: weight.shape, data: weight.data as Float32Array }
    : null;
  const optional = (value: number | null): Tensor | null => (value === null ? null : scalar(value));
  const base = {
    ...baseOf(id, shape),
    vInit: null,
    minVMem: optional(params.min_v_mem),
    alphaSyn: optional(params.alpha_syn),
    recurrentWeight,
  };
  const alphaMem = scalar(params.alpha_mem);
  const normInput = params.norm_input;
  if (model === "ExpLeak") return { type: "SinabsExpLeak", ...base, alphaMem, normInput };
  const spiking = {
    ...base,
    threshold: scalar(params.threshold),
    reset: resetOf(params.reset),
    // ALIF uses SingleSpike throughout, and does not say so.
    spikes: spikesOf(params.spike_fn ?? "single"),
  };
  switch (model) {
    case "IAF":
    case "IAFRecurrent":
      return { type: "SinabsIAF", ...spiking };
    case "LIF":
    case "LIFRecurrent":
      return { type: "SinabsLIF", ...spiking, alphaMem, normInput };
    case "ALIF": {
      const { alpha_adapt = 0, adapt_scale = 0 } = params;
      const adaptation = { alphaAdapt: scalar(alpha_adapt), adaptScale: scalar(adapt_scale) };
      return { type: "SinabsALIF", ...spiking, ...adaptation, alphaMem, normInput };
    }
    default:
      throw new Error(`${id}: there is no model ${model}`);
  }
}

function resetOf(text: string): SinabsReset {
  const [kind, number] = text.split(":");
  if (kind === "subtract") return { kind, amount: number === undefined ? null : scalar(Number(number)) };
  return { kind: "value", value: Number(number ?? 0), everyStep: true };
}

interface IntegerCase {
  readonly spike_fn: string;
  readonly reset: "subtract" | "zero";
  readonly min_v_mem: number | null;
  readonly threshold: number;
  readonly input: readonly (readonly number[])[];
  readonly spk: readonly (readonly number[])[];
  readonly v_mem: readonly (readonly number[])[];
}

function* runIntegersInFloats({ cases }: { readonly cases: readonly IntegerCase[] }): Iterable<VectorResult> {
  for (const given of cases) {
    const neurons = given.input[0].length;
    const name = `integers in floats, ${given.spike_fn}, ${given.reset}, threshold ${given.threshold}`;
    const neuron: SinabsNode = {
      type: "SinabsIAF",
      ...baseOf(name, [neurons]),
      vInit: null,
      minVMem: given.min_v_mem === null ? null : scalar(given.min_v_mem),
      alphaSyn: null,
      recurrentWeight: null,
      threshold: scalar(given.threshold),
      spikes: spikesOf(given.spike_fn),
      reset: resetOf(given.reset === "zero" ? "reset:0" : "subtract"),
    };
    const { spikes, membrane } = runNeuron(neuron, Float32Array.from(given.input.flat()));
    yield vectorOf(name, [
      firstDifference("spk", spikes, given.spk.flat(), neurons),
      firstDifference("v_mem", membrane, given.v_mem.flat(), neurons),
    ]);
  }
}
