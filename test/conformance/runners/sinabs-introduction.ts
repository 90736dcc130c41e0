/**
 * What sinabs' introduction prints: a LIF by hand, an IAF with a bias, and the transfer curve of IAF neurons, which is that of
 * a ReLU (golden/neurons/seed_experiments.json).
 */
import { type Discretization, discretizationOf } from "../../../src/graph/discretization.ts";
import type { SinabsNode } from "../../../src/graph/spiking-neurons.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import type { GoldenFiles } from "../golden.ts";
import { readJson } from "./golden-arrays.ts";
import { spikesOf } from "./sinabs-spikes.ts";
import { baseOf, firstDifference, type NeuronTraces, runNeuron, scalar, vectorOf } from "./single-neuron.ts";

interface Experiments {
  readonly sinabs_numpy_lif: {
    readonly params: {
      readonly t_sim: number;
      readonly tau: number;
      readonly v_th: number;
      readonly v_reset: number;
      readonly i_syn: number;
    };
    readonly spikeTimes: readonly number[];
  };
  readonly "sinabs_iaf_bias_0.025": {
    readonly params: { readonly bias: number };
    readonly cases: Readonly<Record<string, { vmem: number[]; spikeTimes: number[]; spikes: number[] }>>;
  };
  readonly sinabs_iaf_transfer: {
    readonly params: { readonly t_sim: number; readonly spike_threshold: number };
    readonly biases: readonly number[];
    readonly cases: Readonly<Record<string, { spikeCount: number[]; finalV: number[] }>>;
  };
}

export function* runSinabsIntroduction(files: GoldenFiles): Iterable<VectorResult> {
  const { experiments } = readJson<{ experiments: Experiments }>(files, "neurons/seed_experiments.json");
  yield runByHand(experiments.sinabs_numpy_lif);
  yield* runBias(experiments["sinabs_iaf_bias_0.025"]);
  yield* runTransfer(experiments.sinabs_iaf_transfer);
}

/**
 * A LIF in plain numpy: v += (i - v) / tau, v = v_reset where it has reached v_th. It runs in float64 there, so its spike times
 * are compared; they count the state before the first step.
 */
function runByHand({ params, spikeTimes }: Experiments["sinabs_numpy_lif"]): VectorResult {
  const time: Discretization = { ...discretizationOf("nir", 1), form: "increment", compare: "ge" };
  const { spikes } = runNeuron(
    {
      type: "LIF",
      ...baseOf("sinabs_numpy_lif", [1]),
      vInit: null,
      discretization: null,
      tau: scalar(params.tau),
      r: scalar(1),
      vLeak: scalar(0),
      vThreshold: scalar(params.v_th),
      vReset: scalar(params.v_reset),
    },
    new Float32Array(params.t_sim).fill(params.i_syn),
    time,
  );
  return vectorOf("sinabs_numpy_lif", [
    firstDifference(
      "spikeTimes",
      timesOf(spikes).map((step) => step + 1),
      spikeTimes,
      1,
    ),
  ]);
}

function* runBias({ params, cases }: Experiments["sinabs_iaf_bias_0.025"]): Iterable<VectorResult> {
  for (const [name, golden] of Object.entries(cases)) {
    const input = new Float32Array(golden.spikes.length).fill(params.bias);
    const { spikes, membrane } = runIaf(name, 1, 1, null, input);
    yield vectorOf(`sinabs_iaf_bias_0.025 ${name}`, [
      firstDifference("spikes", spikes, golden.spikes, 1),
      firstDifference("spikeTimes", timesOf(spikes), golden.spikeTimes, 1),
      firstDifference("vmem", membrane, golden.vmem.slice(1), 1),
    ]);
  }
}

function* runTransfer({ params, biases, cases }: Experiments["sinabs_iaf_transfer"]): Iterable<VectorResult> {
  const { t_sim, spike_threshold } = params;
  const neurons = biases.length;
  const input = Float32Array.from({ length: t_sim * neurons }, (_, i) => biases[i % neurons]);
  for (const [name, golden] of Object.entries(cases)) {
    const [spikeFunction, minimum] = name.split("_min");
    const lowest = minimum === undefined ? null : Number(minimum);
    const { spikes, membrane } = runIaf(spikeFunction, neurons, spike_threshold, lowest, input);
    const counts = biases.map((_, neuron) =>
      spikes.reduce((sum, count, i) => (i % neurons === neuron ? sum + count : sum), 0),
    );
    yield vectorOf(`sinabs_iaf_transfer ${name}`, [
      firstDifference("spikeCount", counts, golden.spikeCount, neurons),
      firstDifference("finalV", membrane.slice(-neurons), golden.finalV, neurons),
    ]);
  }
}

function runIaf(
  spikeFunction: string,
  neurons: number,
  threshold: number,
  lowest: number | null,
  input: Float32Array,
): NeuronTraces {
  const neuron: SinabsNode = {
    type: "SinabsIAF",
    ...baseOf("iaf", [neurons]),
    vInit: null,
    minVMem: lowest === null ? null : scalar(lowest),
    alphaSyn: null,
    recurrentWeight: null,
    threshold: scalar(threshold),
    spikes: spikesOf(spikeFunction),
    reset: { kind: "subtract", amount: null },
  };
  return runNeuron(neuron, input);
}

function timesOf(spikes: Float32Array): number[] {
  return Array.from(spikes, (count, step) => (count > 0 ? step : -1)).filter((step) => step >= 0);
}
