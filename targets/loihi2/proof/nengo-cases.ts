/** nengo-loihi's discretization and emulator, one case a file, and tables of its single formulas. */
import type { Proof, VectorResult } from "../../../src/target/target.ts";
import { wrap } from "../core/arithmetic.ts";
import { createMachine } from "../core/machine.ts";
import { createNengoCompartments, decayed } from "../core/nengo-compartments.ts";
import { createDenseSynapses } from "../core/synapses.ts";
import { bitsPerAxon } from "../core-memory.ts";
import {
  biasMantissa,
  decayMagnitude,
  discretizeCompartments,
  discretizeWeights,
  thresholdMantissa,
} from "../quantize/nengo-discretize.ts";
import {
  type Case,
  compareRecording,
  createRecorder,
  nameOf,
  parseCase,
  type Recording,
  rowsDiffer,
} from "./vectors.ts";

/** Logarithms are not the same in the last bits on every machine. */
const almost = (a: number, b: number) => Math.abs(a - b) <= 1e-12 * Math.abs(b);

function discretizationDiffers({ compartment_float: block, compartment_int: expected }: Case): string | null {
  if (block === undefined) return null;
  const found = discretizeCompartments(
    {
      decayU: block.decay_u,
      decayV: block.decay_v,
      scaleU: block.scale_u,
      scaleV: block.scale_v,
      threshold: block.vth,
      bias: block.bias,
      vmin: block.vmin,
      vmax: block.vmax,
    },
    expected.w_max,
  );
  if (found === null) return "the block does not fit any weight exponent";
  const scale = found.voltageScale[0];
  if (!almost(scale, expected.v_scale)) return `v_scale: ${scale} instead of ${expected.v_scale}`;
  const single = [expected.vmin, expected.vmax, expected.w_exp];
  return (
    rowsDiffer("decay_u", [expected.decay_u], [found.decayU]) ??
    rowsDiffer("decay_v", [expected.decay_v], [found.decayV]) ??
    rowsDiffer("vth_man", [expected.vth_man], [found.thresholdMantissa]) ??
    rowsDiffer("vth", [expected.vth], [found.threshold]) ??
    rowsDiffer("bias", [expected.bias], [found.bias]) ??
    rowsDiffer("vmin, vmax and w_exp", [single], [[found.vmin, found.vmax, found.weightExponent]])
  );
}

/** weights: [source][target], as nengo-loihi keeps them. */
function synapsesOf(weights: Case) {
  const [columns, rows] = [weights.length, weights[0].length];
  const flat = Float64Array.from(
    { length: rows * columns },
    (_, i) => weights[i % columns][Math.floor(i / columns)],
  );
  return createDenseSynapses({ rows, columns, weights: flat, exponent: 0, delays: 0, graded: false });
}

function run(given: Case): Recording {
  const block = given.compartment_int;
  const neurons = createNengoCompartments({
    size: given.n,
    decayU: block.decay_u,
    decayV: block.decay_v,
    vth: block.vth,
    bias: block.bias,
    refractoryDelay: block.refract_delay,
    vmin: block.vmin,
    vmax: block.vmax,
    inputUnit: 1,
    clear: null,
  });
  const groups: Case[] = given.synapses?.map((synapse: Case) => synapse.weights_int) ?? [given.weights_int];
  const inputs: Case[] = given.inputs ?? [Array(given.T).fill(Array(given.n_in).fill(1))];
  const recurrent = groups.length > inputs.length;
  // Several inputs are one input whose parts go to their own synapses.
  const incoming = inputs.map((_, i) => ({
    source: "input" as const,
    synapses: partOf(groups[i], i, given.n_in),
  }));
  const feedback = recurrent ? [{ source: 0, synapses: synapsesOf(groups[groups.length - 1]) }] : [];
  const machine = createMachine([{ neurons, direct: false, incoming: [...incoming, ...feedback] }]);
  const recorder = createRecorder();
  for (let step = 0; step < given.T; step++) {
    machine.step(inputs.flatMap((input) => input[step]));
    recorder.add("current", neurons.state.u);
    recorder.add("voltage", neurons.state.v);
    recorder.add("spiked", machine.sent[0]);
  }
  return recorder.recording;
}

function partOf(weights: Case, part: number, size: number) {
  const synapses = synapsesOf(weights);
  return {
    ...synapses,
    send: (spikes: ArrayLike<number>) =>
      synapses.send(Array.from({ length: size }, (_, i) => spikes[part * size + i])),
  };
}

/** Axons and bits of the block's synapses, which nengo-loihi counts. */
function memoryDiffers({ synapses, n }: Case): string | null {
  for (const { weights_int, cfg } of synapses ?? []) {
    if (cfg.compression !== 3) return `compression ${cfg.compression} is not run`;
    const bits = weights_int.length * bitsPerAxon(n, { kind: "dense" });
    if (bits !== cfg.bits) return `synapse bits: ${bits} instead of ${cfg.bits}`;
  }
  return null;
}

const formulas: Readonly<Record<string, (given: Case) => boolean>> = {
  decay_int: ({ x, decay, offset, y }) => decayed(x, decay, offset) === y,
  overflow_signed: ({ x, bits, y }) => wrap(x, bits + 1) === y,
  decay_magnitude: ({ decay, offset, x0, y }) => almost(decayMagnitude(decay, offset, x0), y),
  vth_to_manexp: ({ vth, man }) => thresholdMantissa(vth) === man,
  bias_to_manexp({ bias, man, exp }) {
    const { mantissa, exponent } = biasMantissa(bias);
    return mantissa === man && exponent === exp;
  },
  discretize_weights({ weight_exp, real_weight_bits, w, y }) {
    const found = discretizeWeights(w, { exponent: weight_exp, realBits: real_weight_bits });
    return rowsDiffer("weights", [y], [found]) === null;
  },
  bits_per_axon({ compression, idx_bits_field, n_weights, bits }) {
    const indexed = { kind: "indexed", indexBits: idx_bits_field + 5 } as const;
    return bitsPerAxon(n_weights, compression === 3 ? { kind: "dense" } : indexed) === bits;
  },
};

function tableCases(tables: Case): VectorResult[] {
  return Object.entries(tables as Record<string, Case[]>).flatMap(([table, cases]) =>
    cases.map((given, index) => {
      const formula = formulas[table];
      const exact = formula?.(given) ?? false;
      const difference =
        formula === undefined ? "this table is not run" : `differs for ${JSON.stringify(given)}`;
      return { name: `${table} ${index}`, exact, difference: exact ? null : difference };
    }),
  );
}

function runCase(path: string, given: Case): VectorResult {
  const result = compareRecording(nameOf(path), given.expect, run(given));
  const difference = discretizationDiffers(given) ?? memoryDiffers(given) ?? result.difference;
  return { ...result, exact: difference === null, difference };
}

export const nengoProof: Proof = {
  suite: "loihi/nengo",
  files: ["loihi/nengo_loihi/"],
  whose: "nengo/nengo-loihi e564f66, discretize_model and EmulatorInterface; random parameters",
  vectors: 430,
  run: (files) =>
    [...files].flatMap(([path, bytes]) => {
      const given = parseCase(path, bytes);
      return nameOf(path) === "util" ? tableCases(given) : [runCase(path, given)];
    }),
};
