/**
 * A network for Xylo before and after quantization, as Rockpool's mapper writes it (42cee1c, rockpool/devices/xylo): matrices and
 * one value a neuron, floats before, integers after. Decays are dashes: log2(tau / dt).
 */

export interface XyloSpec {
  readonly inputs: number;
  /** Hidden neurons 0 .. inputHidden - 1 may have input weights. */
  readonly inputHidden: number;
  readonly hidden: number;
  /** The last outputHidden hidden neurons may have output weights. */
  readonly outputHidden: number;
  readonly outputs: number;
  /** Synaptic states of a hidden neuron. */
  readonly states: 1 | 2;
  /** [inputs][inputHidden][states] */
  readonly weightsIn: Float64Array;
  /** [hidden][hidden][states], source first */
  readonly weightsHidden: Float64Array;
  /** [outputHidden][outputs] */
  readonly weightsOut: Float64Array;
  /** [hidden], as all below without "Out". */
  readonly threshold: Float64Array;
  readonly dashMembrane: Float64Array;
  readonly dashSynapse: Float64Array;
  readonly dashSynapse2: Float64Array;
  /** [outputs] */
  readonly thresholdOut: Float64Array;
  readonly dashMembraneOut: Float64Array;
  readonly dashSynapseOut: Float64Array;
  /** null: the network has no biases. */
  readonly bias: Float64Array | null;
  readonly biasOut: Float64Array | null;
  /** Membranes of outputs are compared with one another, so that all of them need one scale. Default: no. */
  readonly comparesMembranes?: boolean;
}

/** A quantized spec with the shifts that its weights want. */
export interface QuantizedSpec extends XyloSpec {
  readonly weightShifts: { readonly input: number; readonly hidden: number; readonly output: number };
}

export type Quantizer = (spec: XyloSpec) => QuantizedSpec;

export const mostWeight = 127;
export const mostThreshold = 32767;
export const noShifts = { input: 0, hidden: 0, output: 0 } as const;

/** As NumPy rounds: half to even. */
export function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest !== 0.5) return rest < 0.5 ? down : down + 1;
  return down % 2 === 0 ? down : down + 1;
}

export function rounded(values: Float64Array, scale = 1): Float64Array {
  return values.map((value) => roundHalfEven(value * scale));
}

export function largestMagnitude(values: Float64Array | null): number {
  return values === null ? 0 : values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

export function roundedDashes(spec: XyloSpec) {
  return {
    dashMembrane: rounded(spec.dashMembrane),
    dashSynapse: rounded(spec.dashSynapse),
    dashSynapse2: rounded(spec.dashSynapse2),
    dashMembraneOut: rounded(spec.dashMembraneOut),
    dashSynapseOut: rounded(spec.dashSynapseOut),
  };
}

/** Calls `change` for every weight onto hidden neuron `target`: of inputs where it has any, then of hidden neurons. */
export function eachWeightOnto(
  spec: XyloSpec,
  target: number,
  visit: (weights: "weightsIn" | "weightsHidden", index: number) => void,
): void {
  const { inputs, inputHidden, hidden, states } = spec;
  for (let state = 0; state < states; state++) {
    if (target < inputHidden)
      for (let source = 0; source < inputs; source++)
        visit("weightsIn", (source * inputHidden + target) * states + state);
    for (let source = 0; source < hidden; source++)
      visit("weightsHidden", (source * hidden + target) * states + state);
  }
}
