/** A quantized spec as the words of the chip. */
import type { XyloConfiguration, XyloSynapse } from "../configuration.ts";
import type { QuantizedSpec } from "./spec.ts";

/** Rows of synapses from a matrix [sources][targets][states]; zeros are none. */
function rowsOf(weights: Float64Array, sources: number, targets: number, states: number): XyloSynapse[][] {
  return Array.from({ length: sources }, (_, source) => {
    const row: XyloSynapse[] = [];
    for (let target = 0; target < targets; target++)
      for (let state = 0; state < states; state++) {
        const weight = weights[(source * targets + target) * states + state];
        if (weight !== 0) row.push({ target, state: state as 0 | 1, weight });
      }
    return row;
  });
}

/** dt: seconds of a timestep. Values beyond the chip's words stay: what writes them checks. */
export function configurationOf(spec: QuantizedSpec, dt: number): XyloConfiguration {
  const { hidden, outputs, states } = spec;
  const silent = Array.from({ length: hidden - spec.outputHidden }, (): XyloSynapse[] => []);
  return {
    hidden: Array.from({ length: hidden }, (_, i) => ({
      synapseDashes: [spec.dashSynapse[i], spec.dashSynapse2[i]],
      membraneDash: spec.dashMembrane[i],
      threshold: spec.threshold[i],
      bias: spec.bias?.[i] ?? 0,
      alias: null,
    })),
    outputs: Array.from({ length: outputs }, (_, i) => ({
      synapseDash: spec.dashSynapseOut[i],
      membraneDash: spec.dashMembraneOut[i],
      threshold: spec.thresholdOut[i],
      bias: spec.biasOut?.[i] ?? 0,
    })),
    shifts: spec.weightShifts,
    hasBias: [spec.bias, spec.biasOut].some((bias) => bias?.some((value) => value !== 0) ?? false),
    synapticStates: states,
    dt,
    inputSynapses: rowsOf(spec.weightsIn, spec.inputs, spec.inputHidden, states),
    hiddenSynapses: rowsOf(spec.weightsHidden, hidden, hidden, states),
    outputSynapses: [...silent, ...rowsOf(spec.weightsOut, spec.outputHidden, outputs, 1)],
  };
}
