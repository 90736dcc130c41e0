/**
 * Compartments of Loihi as nengo-loihi's emulator computes them (nengo-loihi e564f66, nengo_loihi/emulator/interface.py):
 * mode `nengo`. Unlike Lava, sums and currents wrap in two's complement, decays are given as the chip's own fields, voltages
 * have a lower bound of their own, and a spike may be followed by a refractory time.
 */
import { clamp, wrap } from "./arithmetic.ts";
import { type Neurons, type PerNeuron, spread } from "./neurons.ts";

const unity = 4096;
/** Bits of the input sum and of the current, sign included. */
const inputBits = 22;
const currentBits = 24;

export interface NengoParameters {
  readonly size: number;
  readonly decayU: PerNeuron;
  readonly decayV: PerNeuron;
  /** Spikes at v > vth, in units of v. */
  readonly vth: PerNeuron;
  readonly bias: PerNeuron;
  /** Steps from one spike to the first at which the voltage may rise again, >= 1. */
  readonly refractoryDelay: PerNeuron;
  readonly vmin: number;
  readonly vmax: number;
  /** What a weighted input of 1 adds to the current. */
  readonly inputUnit: number;
  /** The host clears u and v before the steps at which time % interval = offset % interval; the first step is time 1. */
  readonly clear: { readonly interval: number; readonly offset: number } | null;
}

/** |x| (4096 - offset - decay) / 4096, rounded down, with the sign of x. */
export function decayed(x: number, decay: number, offset: number): number {
  return Math.sign(x) * Math.floor((Math.abs(x) * (unity - offset - decay)) / unity);
}

export function createNengoCompartments(parameters: NengoParameters): Neurons {
  const { size, vmin, vmax, inputUnit, clear } = parameters;
  const decayU = spread(parameters.decayU, size);
  const decayV = spread(parameters.decayV, size);
  const vth = spread(parameters.vth, size);
  const bias = spread(parameters.bias, size);
  const refractoryDelay = spread(parameters.refractoryDelay, size);
  const u = new Float64Array(size);
  const v = new Float64Array(size);
  const refractory = new Float64Array(size);
  let time = 0;

  function clearIfDue(): void {
    if (clear === null || time % clear.interval !== clear.offset % clear.interval) return;
    for (const values of [u, v, refractory]) values.fill(0);
  }

  return {
    size,
    state: { u, v },
    reset() {
      for (const values of [u, v, refractory]) values.fill(0);
      time = 0;
    },
    step(current, sent) {
      time++;
      clearIfDue();
      for (let i = 0; i < size; i++) {
        u[i] = wrap(decayed(u[i], decayU[i], 1) + wrap(current[i] * inputUnit, inputBits), currentBits);
        const input = wrap(u[i] + bias[i], currentBits);
        v[i] = refractory[i] > 0 ? 0 : clamp(decayed(v[i], decayV[i], 0) + input, vmin, vmax);
        sent[i] = v[i] > vth[i] ? 1 : 0;
        if (sent[i] === 1) v[i] = 0;
        refractory[i] = sent[i] === 1 ? refractoryDelay[i] - 1 : Math.max(0, refractory[i] - 1);
      }
    },
  };
}
