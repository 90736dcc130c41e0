/**
 * Sigma-delta neurons in fixed point (lava b6822fb, src/lava/proc/sdn/models.py): a neuron keeps the sum of what it was
 * sent and sends only by how much its own value has changed, as a graded spike. Values are held in units of
 * 2^-(spikeExponent + stateExponent) and sent in units of 2^-spikeExponent.
 */
import { shift } from "./arithmetic.ts";
import { type Neurons, type PerNeuron, spread } from "./neurons.ts";

export interface SigmaDeltaParameters {
  readonly size: number;
  /**
   * delta: the value is the input itself, as it comes. sigmaDelta: max(0, sum of inputs + bias). sigma: the sum is given out
   * as it is, every step.
   */
  readonly kind: "delta" | "sigmaDelta" | "sigma";
  readonly spikeExponent: number;
  readonly stateExponent: number;
  /** In units of the value: changes smaller than this wait. */
  readonly threshold: number;
  readonly bias: PerNeuron;
  /** Small changes add up until they reach the threshold, rather than waiting for one that does. */
  readonly cumulativeError: boolean;
}

export function createSigmaDelta(parameters: SigmaDeltaParameters): Neurons {
  const { size, kind, stateExponent, cumulativeError } = parameters;
  const one = 2 ** (parameters.spikeExponent + stateExponent);
  const threshold = parameters.threshold * one;
  const bias = spread(parameters.bias, size).map((value) => value * one);
  const sigma = new Float64Array(size);
  const act = new Float64Array(size);
  const residue = new Float64Array(size);
  const error = new Float64Array(size);

  function nextValue(i: number, current: number): number {
    if (kind === "delta") return current * one;
    sigma[i] += current;
    return Math.max(0, sigma[i] + bias[i]);
  }

  /** The change since the last step and what was held back then, if it is large enough to be sent. */
  function send(i: number, value: number): number {
    const change = value - act[i] + residue[i];
    error[i] = cumulativeError ? error[i] + change : change;
    const fires = Math.abs(error[i]) >= threshold;
    if (fires) error[i] = 0;
    residue[i] = fires ? 0 : change;
    act[i] = value;
    return fires ? shift(change, -stateExponent) : 0;
  }

  return {
    size,
    state: { sigma, act, residue },
    reset() {
      for (const values of [sigma, act, residue, error]) values.fill(0);
    },
    step(current, sent) {
      for (let i = 0; i < size; i++) {
        if (kind === "sigma") sent[i] = sigma[i] += current[i];
        else sent[i] = send(i, nextValue(i, current[i]));
      }
    },
  };
}
