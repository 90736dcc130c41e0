/**
 * snnTorch's Alpha: the difference of two traces, as its code runs.
 *
 *     e' = alpha e + x; h' = beta h - x; m' = tauAlpha (e' + h'); tauAlpha = ln alpha / (ln beta - ln alpha) + 1
 *     none:      e', h', m'
 *     zero:      all three 0 in the step after a spike (r = 1)
 *     subtract:  m = m' + r h; e = e' - r threshold; h = h' - r h'    (no physical reset; here for comparison only)
 */
import { sizeOf } from "../graph.ts";
import type { AlphaNode } from "../spiking-neurons.ts";
import { compileSnnTorchSpikes } from "./snntorch-spikes.ts";
import { initialMembrane, perNeuron, type Stepper } from "./stepper.ts";

const { fround } = Math;

export function compileAlpha(node: AlphaNode): Stepper {
  const neurons = sizeOf(node.shape);
  const vInit = initialMembrane(node.vInit, neurons);
  const membrane = Float32Array.from(vInit);
  const excitation = new Float32Array(neurons);
  const inhibition = new Float32Array(neurons);
  const output = new Float32Array(neurons);
  const spikes = compileSnnTorchSpikes({ ...node, resetDelay: true }, membrane, output);
  const [alpha, beta] = [node.alpha, node.beta].map((factor) => perNeuron(factor, neurons));
  const gain = node.tauAlpha ? perNeuron(node.tauAlpha, neurons) : alpha.map((a, i) => tauAlpha(a, beta[i]));
  const threshold = perNeuron(node.threshold, neurons);

  const step = (input: Float32Array): void => {
    spikes.compareOld();
    for (let i = 0; i < neurons; i++) {
      const late = spikes.late[i];
      const before = inhibition[i];
      const e = fround(fround(alpha[i] * excitation[i]) + input[i]);
      const h = fround(fround(beta[i] * before) - input[i]);
      const m = fround(gain[i] * fround(e + h));
      if (node.reset === "none") {
        [excitation[i], inhibition[i], membrane[i]] = [e, h, m];
      } else if (node.reset === "zero") {
        excitation[i] = e - late * e;
        inhibition[i] = h - late * h;
        membrane[i] = m - late * m;
      } else {
        excitation[i] = e - fround(threshold[i] * late);
        inhibition[i] = h - late * h;
        membrane[i] = m + late * before;
      }
    }
    for (const state of [excitation, inhibition, membrane]) spikes.quantize(state);
    spikes.fire();
  };
  const reset = (): void => {
    membrane.set(vInit);
    for (const state of [excitation, inhibition, output]) state.fill(0);
  };
  const others = new Map([
    ["excitation", excitation],
    ["inhibition", inhibition],
  ]);
  return { output, membrane, current: null, others, step, reset, emit: null };
}

/** In float32, operation by operation; ln may differ in its last bit between libraries. */
export function tauAlpha(alpha: number, beta: number): number {
  const [a, b] = [fround(Math.log(alpha)), fround(Math.log(beta))];
  return fround(fround(a / fround(b - a)) + 1);
}
