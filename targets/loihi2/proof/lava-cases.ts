/** Lava's fixed-point processes, one case a file: built from the case's parameters, run, and compared value by value. */
import type { Proof, VectorResult } from "../../../src/target/target.ts";
import { createCompartments, plainCompartments } from "../core/compartments.ts";
import { createConvolution, type ImageShape } from "../core/convolution.ts";
import { createMachine, type MachineLayer } from "../core/machine.ts";
import type { Neurons } from "../core/neurons.ts";
import { createSigmaDelta } from "../core/sigma-delta.ts";
import { createDenseSynapses, type Synapses } from "../core/synapses.ts";
import { type SignMode, signModeOf, storedWeights } from "../core/weights.ts";
import { channelFirst, channelLast } from "./image-order.ts";
import {
  type Case,
  compareRecording,
  createRecorder,
  flatten,
  nameOf,
  parseCase,
  type Recording,
  rowsDiffer,
} from "./vectors.ts";
import { weightCases } from "./weight-cases.ts";

function compartmentsOf(given: Case, size: number): Neurons {
  return createCompartments({
    ...plainCompartments,
    size,
    du: given.du,
    dv: given.dv,
    vth: given.vth_hi ?? given.vth,
    vthLow: given.vth_lo ?? null,
    biasMantissa: given.bias_mant ?? 0,
    biasExponent: given.bias_exp ?? 0,
    u0: given.u0 ?? 0,
    v0: given.v0 ?? 0,
    clear:
      given.reset_interval === undefined
        ? null
        : { interval: given.reset_interval, offset: given.reset_offset },
  });
}

interface DenseCase {
  readonly weights: Case;
  readonly exponent: number;
  readonly bits: number;
  readonly mode?: SignMode;
  readonly delays?: Case;
  readonly graded?: boolean;
}

function denseOf({ weights, exponent, bits, mode, delays, graded = false }: DenseCase): Synapses {
  const flat = flatten(weights);
  return createDenseSynapses({
    rows: weights.length,
    columns: weights[0].length,
    weights: storedWeights(flat, mode ?? signModeOf(flat), bits),
    exponent,
    delays: delays === undefined ? 0 : flatten(delays),
    graded,
  });
}

/** Runs layers on rows of input; `watch` names what is compared: state or spikes ("s") of a layer. */
function record(
  layers: readonly MachineLayer[],
  input: readonly Case[],
  watch: Readonly<Record<string, readonly [layer: number, what: string]>>,
  order: (row: Float64Array | Int32Array) => Float64Array | Int32Array = (row) => row,
): Recording {
  const machine = createMachine(layers);
  const recorder = createRecorder();
  for (const row of input) {
    machine.step(flatten(row));
    for (const [name, [layer, what]] of Object.entries(watch)) {
      const values = what === "s" ? machine.sent[layer] : layers[layer].neurons.state[what];
      recorder.add(name, order(values));
    }
  }
  return recorder.recording;
}

const allOf = (layer: number, suffix = "") =>
  Object.fromEntries(["u", "v", "s"].map((what) => [`${what}${suffix}`, [layer, what] as const]));

/** The same neurons with their weighted input recorded as state `a`. */
function showInput(neurons: Neurons): Neurons {
  const a = new Float64Array(neurons.size);
  return {
    ...neurons,
    state: { ...neurons.state, a },
    step(current, sent) {
      a.set(current);
      neurons.step(current, sent);
    },
  };
}

function runInjected(given: Case): Recording {
  const neurons = compartmentsOf(given, given.n);
  return record([{ neurons, direct: true, incoming: [] }], given.a_in, allOf(0));
}

function runDense(given: Case): Recording {
  const mode = given.sign_mode?.toLowerCase();
  const synapses = denseOf({
    weights: given.weights,
    exponent: given.weight_exp,
    bits: given.num_weight_bits,
    mode,
    delays: given.delays,
    graded: given.num_message_bits > 0,
  });
  const neurons = showInput(compartmentsOf(given, given.n));
  const layers = [{ neurons, direct: false, incoming: [{ source: "input" as const, synapses }] }];
  return record(layers, given.s_in, { ...allOf(0), a: [0, "a"] });
}

function runRecurrent(given: Case): Recording {
  const bits = given.num_weight_bits;
  const synapses = denseOf({ weights: given.weights, exponent: given.weight_exp, bits });
  const recurrent = denseOf({ weights: given.weights_rec, exponent: given.weight_exp_rec, bits });
  const neurons = compartmentsOf(given, given.n);
  const incoming = [
    { source: "input" as const, synapses },
    { source: 0, synapses: recurrent },
  ];
  return record([{ neurons, direct: false, incoming }], given.s_in, allOf(0));
}

function runChain(given: Case): Recording {
  const layers = given.weights.map((weights: Case, i: number) => ({
    neurons: compartmentsOf(given.layers[i], weights.length),
    direct: false,
    incoming: [
      {
        source: i === 0 ? "input" : i - 1,
        synapses: denseOf({ weights, exponent: given.weight_exp, bits: given.num_weight_bits }),
      },
    ],
  }));
  const watch = layers.map((_: Case, i: number) => allOf(i, `${i + 1}`));
  return record(layers, given.s_in, Object.assign({}, ...watch));
}

/** (out, width, height, in / groups), turned round as for a true convolution, to a kernel that is laid on as it is. */
function kernelOf(weights: Case): number[] {
  const [kernelWidth, kernelHeight, inputs] = [
    weights[0].length,
    weights[0][0].length,
    weights[0][0][0].length,
  ];
  return weights.flatMap((filter: Case) =>
    Array.from({ length: inputs }, (_, input) =>
      Array.from({ length: kernelHeight }, (_, y) =>
        Array.from(
          { length: kernelWidth },
          (_, x) => filter[kernelWidth - 1 - x][kernelHeight - 1 - y][input],
        ),
      ),
    ).flat(2),
  );
}

function runConvolution(given: Case): Recording {
  const shape = (whc: number[]) => [whc[2], whc[1], whc[0]] as unknown as ImageShape;
  const swap = ([horizontal, vertical]: number[]) => [vertical, horizontal] as const;
  const synapses = createConvolution({
    from: shape(given.input_shape),
    to: shape(given.output_shape),
    weights: kernelOf(given.weights),
    kernel: [given.weights[0][0].length, given.weights[0].length],
    stride: swap(given.stride),
    padding: swap(given.padding),
    dilation: swap(given.dilation),
    groups: given.groups,
    graded: given.num_message_bits > 0,
  });
  const size = given.output_shape.reduce((product: number, extent: number) => product * extent, 1);
  const neurons = showInput(compartmentsOf(given, size));
  const layers = [{ neurons, direct: false, incoming: [{ source: "input" as const, synapses }] }];
  const input = given.s_in.map((row: Case) => [...channelFirst(flatten(row), given.input_shape)]);
  const watch = { ...allOf(0), a: [0, "a"] as const };
  return record(layers, input, watch, (row) => channelLast(row, given.output_shape));
}

function runSigmaDelta(given: Case): Recording {
  const common = {
    spikeExponent: given.spike_exp,
    stateExponent: given.state_exp,
    cumulativeError: given.cum_error,
  };
  const neurons = (kind: "delta" | "sigmaDelta" | "sigma", size: number, threshold: number, bias: Case) =>
    createSigmaDelta({ ...common, kind, size, threshold, bias });
  const dense = (weights: Case) => denseOf({ weights, exponent: 0, bits: 8, graded: true });
  const layers: MachineLayer[] = [
    { neurons: neurons("delta", given.input[0].length, given.vth_delta, 0), direct: true, incoming: [] },
    {
      neurons: neurons("sigmaDelta", given.w1.length, given.vth_sd, given.bias_sd),
      direct: false,
      incoming: [{ source: 0, synapses: dense(given.w1) }],
    },
    {
      neurons: neurons("sigma", given.w2.length, 0, 0),
      direct: false,
      incoming: [{ source: 1, synapses: dense(given.w2) }],
    },
  ];
  return record(layers, given.input, {
    s_delta: [0, "s"],
    s_sd: [1, "s"],
    sigma_sd: [1, "sigma"],
    act_sd: [1, "act"],
    res_sd: [1, "residue"],
    sigma_out: [2, "sigma"],
  });
}

const runners: readonly (readonly [kind: string, run: (given: Case) => Recording])[] = [
  ["lif", runInjected],
  ["lif_reset", runInjected],
  ["ternary_lif", runInjected],
  ["dense", runDense],
  ["sparse", runDense],
  ["graded", runDense],
  ["delay", runDense],
  ["recurrent", runRecurrent],
  ["chain", runChain],
  ["conv", runConvolution],
  ["delta->dense->sigmadelta->dense->sigma", runSigmaDelta],
];

/** What a synapse keeps of the weights is part of the vector, where it is given. */
function weightsDiffer(given: Case): string | null {
  const expected = given.expect.weights_effective;
  if (expected === undefined) return null;
  const flat = flatten(given.weights);
  const mode: SignMode = given.sign_mode?.toLowerCase() ?? signModeOf(flat);
  const found = storedWeights(flat, mode, given.num_weight_bits);
  return rowsDiffer("weights_effective", [expected], [found]);
}

function runCase(path: string, given: Case): VectorResult {
  const run = runners.find(([kind]) => kind === given.kind)?.[1];
  const name = nameOf(path);
  if (run === undefined) return { name, exact: false, difference: `kind "${given.kind}" is not run` };
  const { weights_effective, ...expected } = given.expect;
  const result = compareRecording(name, expected, run(given));
  const difference = weightsDiffer(given) ?? result.difference;
  return { name, exact: difference === null, difference };
}

export const lavaProof: Proof = {
  suite: "loihi/lava",
  files: ["loihi/lava/"],
  whose:
    "lava-nc/lava b6822fb, Loihi2SimCfg(select_tag='fixed_pt'), and lava-dl d825ac5 for weight bits; random parameters",
  vectors: 177,
  run: (files) =>
    [...files].flatMap(([path, bytes]) => {
      const given = parseCase(path, bytes);
      return nameOf(path) === "weightutils" ? weightCases(given) : [runCase(path, given)];
    }),
};
