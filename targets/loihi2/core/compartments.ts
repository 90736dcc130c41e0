/**
 * The leaky integrate-and-fire compartments of Loihi as Lava computes them in fixed point (lava b6822fb,
 * src/lava/proc/lif/models.py, PyLifModelBitAcc and its relatives): current u with one wrap into 24 bits, voltage v that
 * saturates, both decaying by 12-bit fractions rounded toward zero; a spike resets v to 0. There is no soft reset.
 */
import { clamp, shift, shiftTowardZero } from "./arithmetic.ts";
import { type Neurons, type PerNeuron, spread } from "./neurons.ts";

const decayBits = 12;
const decayUnity = 2 ** decayBits;
/** Weighted input, and the mantissas of thresholds, are in units of 2^6. */
const unit = 2 ** 6;
const uHigh = 2 ** 23;
const uSpan = 2 ** 24;
const vHigh = 2 ** 23 - 1;

export interface CompartmentParameters {
  readonly size: number;
  /** Decay of the current: 4095 forgets it every step, -1 keeps it for ever. */
  readonly du: number;
  /** Decay of the voltage: 0 keeps it, 4096 forgets it every step. */
  readonly dv: number;
  /** Mantissa: spikes at v > vth 2^6. */
  readonly vth: number;
  /** Ternary neurons send -1 below this mantissa; null for others. */
  readonly vthLow: number | null;
  /** bias mantissa 2^exponent is added to v every step. */
  readonly biasMantissa: PerNeuron;
  readonly biasExponent: PerNeuron;
  readonly u0: PerNeuron;
  readonly v0: PerNeuron;
  /** LIFReset: u = v = 0 before the steps at which time % interval = offset % interval; the first step is time 1. */
  readonly clear: { readonly interval: number; readonly offset: number } | null;
}

export const plainCompartments = {
  vthLow: null,
  biasMantissa: 0,
  biasExponent: 0,
  u0: 0,
  v0: 0,
  clear: null,
} satisfies Partial<CompartmentParameters>;

/** One wrap: whoever overflows twice in a step stays outside, as in Lava. */
function wrapOnce(u: number): number {
  return u > uHigh ? u - uSpan : u <= -uHigh ? u + uSpan : u;
}

export function createCompartments(parameters: CompartmentParameters): Neurons {
  const { size, clear } = parameters;
  const keepU = decayUnity - (parameters.du + 1);
  const keepV = decayUnity - parameters.dv;
  const high = parameters.vth * unit;
  const low = parameters.vthLow === null ? Number.NEGATIVE_INFINITY : parameters.vthLow * unit;
  const exponent = spread(parameters.biasExponent, size);
  const bias = spread(parameters.biasMantissa, size).map((mantissa, i) => shift(mantissa, exponent[i]));
  const u0 = spread(parameters.u0, size);
  const v0 = spread(parameters.v0, size);
  const u = u0.slice();
  const v = v0.slice();
  let time = 0;

  function clearIfDue(): void {
    if (clear === null || time % clear.interval !== clear.offset % clear.interval) return;
    u.fill(0);
    v.fill(0);
  }

  return {
    size,
    state: { u, v },
    reset() {
      u.set(u0);
      v.set(v0);
      time = 0;
    },
    step(current, sent) {
      time++;
      clearIfDue();
      for (let i = 0; i < size; i++) {
        u[i] = wrapOnce(shiftTowardZero(u[i] * keepU, decayBits) + current[i] * unit);
        const integrated = shiftTowardZero(v[i] * keepV, decayBits) + u[i] + bias[i];
        const voltage = clamp(integrated, -vHigh, vHigh);
        sent[i] = voltage > high ? 1 : voltage < low ? -1 : 0;
        v[i] = sent[i] === 0 ? voltage : 0;
      }
    },
  };
}
