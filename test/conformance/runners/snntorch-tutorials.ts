/**
 * What snnTorch's tutorials 2 and 4 print, and an exercise by hand: the experiments of golden/neurons/seed_experiments.json
 * that are snnTorch's, and the claims about them.
 */
import { type Discretization, discretizationOf } from "../../../src/graph/discretization.ts";
import { tauAlpha } from "../../../src/graph/evaluate-spiking/snntorch-alpha.ts";
import type { LapicqueNode, LifNode, SpikingNeuron } from "../../../src/graph/spiking-neurons.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import type { GoldenFiles } from "../golden.ts";
import { readJson } from "./golden-arrays.ts";
import { baseOf, firstDifference, runNeuron, scalar, vectorOf } from "./single-neuron.ts";

interface Experiment {
  readonly params: {
    readonly R: number;
    readonly C: number;
    readonly time_step: number;
    readonly threshold: number;
    readonly reset: "subtract" | "zero" | "none";
    readonly tau_alpha_derived?: number;
    readonly alpha: number;
    readonly beta: number;
  };
  readonly input: readonly number[];
  readonly mem: readonly number[];
  readonly spk: readonly number[];
  readonly spikeTimes: readonly number[];
  readonly syn: readonly number[];
  readonly syn_exc: readonly number[];
  readonly syn_inh: readonly number[];
}

interface ExerciseCase {
  readonly input: readonly number[];
  readonly potential: readonly number[];
  readonly spike: readonly number[];
}

interface Decay {
  readonly u0: number;
  readonly time_step: number;
  readonly R: number;
  readonly C: number;
  readonly U: readonly number[];
}

type Experiments = Readonly<Record<string, unknown>> & {
  readonly t2_euler_python: Decay;
  readonly deepml_lif: { readonly cases: Readonly<Record<string, ExerciseCase>> };
};

const options = {
  resetDelay: true,
  inhibition: false,
  gradedSpikesFactor: scalar(1),
  stateLevels: null,
  vInit: null,
} as const;

/** The first step of tutorial 2's recordings is the state before it. */
const initialRecorded = 1;

export function* runSnnTorchTutorials(files: GoldenFiles): Iterable<VectorResult> {
  const { experiments } = readJson<{ experiments: Experiments }>(files, "neurons/seed_experiments.json");
  for (const name of Object.keys(experiments)) {
    const experiment = experimentOf(experiments, name);
    if (name.startsWith("t2_lapicque")) yield runLapicque(name, experiment);
    if (name.startsWith("t2_py")) yield runByHand(name, experiment);
    if (name.startsWith("t4_")) yield runSecondOrder(name, experiment);
  }
  yield runDecay(experiments.t2_euler_python);
  for (const [name, exercise] of Object.entries(experiments.deepml_lif.cases))
    yield runExercise(name, exercise);
  yield* printedClaims(experiments);
}

/** Those of the models have one layout. */
function experimentOf(experiments: Experiments, name: string): Experiment {
  return experiments[name] as Experiment;
}

function lapicque(name: string, { params }: Experiment, vInit: number): LapicqueNode {
  return {
    type: "Lapicque",
    ...baseOf(name, [1]),
    ...options,
    threshold: scalar(params.threshold),
    reset: params.reset,
    resistance: scalar(params.R),
    capacitance: scalar(params.C),
    timeStep: scalar(params.time_step),
    vInit: scalar(vInit),
  };
}

function runLapicque(name: string, experiment: Experiment): VectorResult {
  const { spikes, membrane } = runNeuron(
    lapicque(name, experiment, experiment.mem[0]),
    Float32Array.from(experiment.input),
  );
  return vectorOf(name, [
    firstDifference("spk", spikes, experiment.spk.slice(initialRecorded), 1),
    firstDifference("mem", membrane, experiment.mem.slice(initialRecorded), 1),
    firstDifference("spikeTimes", timesOf(spikes, initialRecorded), experiment.spikeTimes, 1),
  ]);
}

/** Forward Euler in increments, dt / tau rounded once, the comparison before the update. */
const byHand: Discretization = { ...discretizationOf("nir", 1e-3), form: "increment", phase: "before" };

function lif(name: string, tau: number, r: number, threshold: number, vInit: number): LifNode {
  return {
    type: "LIF",
    ...baseOf(name, [1]),
    tau: scalar(tau),
    r: scalar(r),
    vLeak: scalar(0),
    vThreshold: scalar(threshold),
    vReset: scalar(0),
    vInit: scalar(vInit),
    discretization: null,
  };
}

/** The neuron that tutorial 2 writes in plain Python; "uncontrolled" before it gets a reset. */
function runByHand(name: string, experiment: Experiment): VectorResult {
  const { R, C, threshold } = experiment.params;
  const reset = name.endsWith("uncontrolled") ? "none" : "subtract";
  const neuron = lif(name, R * C, R, threshold, 0);
  const { spikes, membrane } = runNeuron(neuron, Float32Array.from(experiment.input), { ...byHand, reset });
  return vectorOf(name, [
    firstDifference("spk", spikes, experiment.spk, 1),
    firstDifference("mem", membrane, experiment.mem, 1),
    firstDifference("spikeTimes", timesOf(spikes, 0), experiment.spikeTimes, 1),
  ]);
}

/** Passive decay in Python's float64: the same to float32's precision. */
function runDecay({ u0, time_step, R, C, U }: Decay): VectorResult {
  const neuron = lif("t2_euler_python", R * C, R, 1, u0);
  const { membrane } = runNeuron(neuron, new Float32Array(U.length - 1), { ...byHand, dt: time_step });
  const off = U.slice(1).findIndex((value, step) => Math.abs(membrane[step] - value) > 1e-5 * value);
  return vectorOf("t2_euler_python", [
    off < 0 ? null : `U in step ${off} is ${membrane[off]}, not ${U[off + 1]}`,
  ]);
}

function runSecondOrder(name: string, experiment: Experiment): VectorResult {
  const { alpha, beta, threshold, tau_alpha_derived } = experiment.params;
  const base = { ...baseOf(name, [1]), ...options, threshold: scalar(threshold) };
  const neuron: SpikingNeuron =
    tau_alpha_derived === undefined
      ? { type: "Synaptic", ...base, reset: "subtract", alpha: scalar(alpha), beta: scalar(beta) }
      : {
          type: "Alpha",
          ...base,
          reset: "zero",
          alpha: scalar(alpha),
          beta: scalar(beta),
          tauAlpha: scalar(tau_alpha_derived),
        };
  const { spikes, membrane, states } = runNeuron(neuron, Float32Array.from(experiment.input));
  return vectorOf(name, [
    firstDifference("spk", spikes, experiment.spk, 1),
    firstDifference("mem", membrane, experiment.mem, 1),
    ...[...states].map(([state, values]) => firstDifference(state, values, experiment[stateNames[state]], 1)),
    firstDifference("spikeTimes", timesOf(spikes, 0), experiment.spikeTimes, 1),
  ]);
}

const stateNames: Readonly<Record<string, "syn" | "syn_exc" | "syn_inh">> = {
  current: "syn",
  excitation: "syn_exc",
  inhibition: "syn_inh",
};

/** V = beta V + I; a spike where V reaches (ge) or passes (gt) 1; then V = 0. beta = 0.9 is dt / tau = 0.1. */
function runExercise(name: string, { input, potential, spike }: ExerciseCase): VectorResult {
  const compare = name.endsWith("_ge") ? "ge" : "gt";
  const time: Discretization = { ...discretizationOf("nir", 1), input: "dirac", compare };
  const { spikes, membrane } = runNeuron(lif(name, 10, 1, 1, 0), Float32Array.from(input), time);
  return vectorOf(`deepml_lif ${name}`, [
    firstDifference("spike", spikes, spike, 1),
    firstDifference("potential", membrane, potential, 1),
  ]);
}

/** The numbers that the tutorials print (specs: reference-neurons, the table of claims). */
function* printedClaims(experiments: Experiments): Iterable<VectorResult> {
  const run = (name: string) => {
    const experiment = experimentOf(experiments, name);
    return runNeuron(lapicque(name, experiment, experiment.mem[0]), Float32Array.from(experiment.input));
  };
  const claim = (what: string, ours: ArrayLike<number>, theirs: readonly number[]): VectorResult =>
    vectorOf(`claim: ${what}`, [firstDifference(what, ours, theirs, 1)]);
  const times = (name: string): number[] => timesOf(run(name).spikes, initialRecorded);

  yield claim("steady state", run("t2_lapicque_step").membrane.slice(-1), [0.4999999403953552]);
  yield claim("the only spike at 0.2 A", times("t2_lapicque_firing_0.2A"), [109]);
  yield claim("spikes at 0.3 A", times("t2_lapicque_periodic_0.3A"), [37, 64, 92, 119, 147, 174]);
  const half = times("t2_lapicque_half_threshold");
  yield claim("threshold 0.5: spikes and the first", [half.length, half[0]], [18, 20]);
  const counts = ["spike_input", "reset_zero", "reset_none"].map(
    (name) => times(`t2_lapicque_${name}`).length,
  );
  yield claim("recorded train: subtract, zero, none", counts, [30, 25, 199]);
  yield claim(
    "tau_alpha of 0.8 and 0.7",
    [Math.round(tauAlpha(Math.fround(0.8), Math.fround(0.7)) * 1e6)],
    [2671093],
  );
}

function timesOf(spikes: ArrayLike<number>, firstStep: number): number[] {
  return Array.from(spikes, (count, step) => (count > 0 ? step + firstStep : -1)).filter((step) => step >= 0);
}
