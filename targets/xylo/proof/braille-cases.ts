/**
 * A trained network of the NIR paper (Braille letters, 12 inputs, 40 recurrent hidden neurons, 7 outputs): quantized by both of the
 * maker's quantizers, and run on random input.
 */
import type { Proof, VectorResult } from "../../../src/target/target.ts";
import { createCore } from "../core.ts";
import { configurationOf } from "../quantize/configuration-of.ts";
import { rockpoolChannel } from "../quantize/rockpool-channel.ts";
import { rockpoolGlobal } from "../quantize/rockpool-global.ts";
import type { Quantizer, XyloSpec } from "../quantize/spec.ts";
import { type Case, listOf, readJson, rowDiffers } from "./read-vectors.ts";
import { specDiffers, specOf } from "./spec-json.ts";

const file = "xylo/braille_rnn.json";
/** As in the notebook that the published figures are from: 0.1 ms. */
const dt = 1e-4;

const quantizers: Readonly<Record<string, Quantizer>> = { global: rockpoolGlobal, channel: rockpoolChannel };

function runSimulation(spec: XyloSpec, { seed, quant, input, ...expected }: Case): VectorResult {
  const core = createCore(configurationOf(quantizers[quant](spec), dt));
  let difference: string | null = null;
  input.forEach((spikes: readonly number[], step: number) => {
    core.step(spikes);
    difference ??= rowDiffers("hidden spikes", step, expected.hidden_spikes[step], core.hiddenSpikes);
    difference ??= rowDiffers("output spikes", step, expected.out_spikes[step], core.outputSpikes);
    difference ??= rowDiffers("v_mem_out", step, expected.v_mem_out[step], core.outputMembranes);
  });
  return { name: `run ${seed}, ${quant}`, exact: difference === null, difference };
}

function runFile(given: Case): VectorResult[] {
  const spec = specOf(given.float_spec);
  const quantized = Object.entries(quantizers).map(([name, quantize]): VectorResult => {
    const difference = specDiffers(given[name], quantize(spec));
    return { name: `quantized, ${name}`, exact: difference === null, difference };
  });
  const runs = listOf(given.sims, "runs", file).map((run) => runSimulation(spec, run));
  return [...quantized, ...runs];
}

export const brailleProof: Proof = {
  suite: "xylo/braille",
  files: [file],
  whose:
    "weights of the NIR paper's Braille network (BSD-3-Clause), Rockpool's quantizers, xylosim's arithmetic restated",
  vectors: 6,
  run: (files) => runFile(readJson(file, files)),
};
