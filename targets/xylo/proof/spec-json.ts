/** Specs as the golden files have them: Rockpool's names, nested lists. */
import type { XyloSpec } from "../quantize/spec.ts";
import type { Case } from "./read-vectors.ts";

const flat = (nested: Case): Float64Array => Float64Array.from(nested.flat(Number.POSITIVE_INFINITY));

export function specOf(given: Case): XyloSpec {
  const { weights_in, weights_rec, weights_out } = given;
  return {
    inputs: weights_in.length,
    inputHidden: weights_in[0].length,
    hidden: weights_rec.length,
    outputHidden: weights_out.length,
    outputs: weights_out[0].length,
    states: weights_in[0][0].length,
    weightsIn: flat(weights_in),
    weightsHidden: flat(weights_rec),
    weightsOut: flat(weights_out),
    threshold: flat(given.threshold),
    thresholdOut: flat(given.threshold_out),
    dashMembrane: flat(given.dash_mem),
    dashMembraneOut: flat(given.dash_mem_out),
    dashSynapse: flat(given.dash_syn),
    dashSynapse2: flat(given.dash_syn_2),
    dashSynapseOut: flat(given.dash_syn_out),
    bias: given.bias === undefined || given.bias === null ? null : flat(given.bias),
    biasOut: given.bias_out === undefined || given.bias_out === null ? null : flat(given.bias_out),
  };
}

const parts = [
  ["weights_in", "weightsIn"],
  ["weights_rec", "weightsHidden"],
  ["weights_out", "weightsOut"],
  ["threshold", "threshold"],
  ["threshold_out", "thresholdOut"],
  ["dash_mem", "dashMembrane"],
  ["dash_mem_out", "dashMembraneOut"],
  ["dash_syn", "dashSynapse"],
  ["dash_syn_2", "dashSynapse2"],
  ["dash_syn_out", "dashSynapseOut"],
  ["bias", "bias"],
  ["bias_out", "biasOut"],
] as const;

/** The first number in which a quantized spec differs from the file's, in words; null: none. */
export function specDiffers(expected: Case, found: XyloSpec): string | null {
  for (const [key, part] of parts) {
    if (expected[key] === undefined || expected[key] === null) continue;
    const wanted = flat(expected[key]);
    const values = found[part];
    if (values?.length !== wanted.length)
      return `${key}: ${values?.length} values instead of ${wanted.length}`;
    // -0 is 0: rounding a small negative weight gives it.
    const at = wanted.findIndex((value, i) => value + 0 !== values[i] + 0);
    if (at >= 0) return `${key}, value ${at}: ${values[at]} instead of ${wanted[at]}`;
  }
  return null;
}
