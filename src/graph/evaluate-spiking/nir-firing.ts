/**
 * Comparison, spikes and reset of NIR's neurons, as a Discretization wants them: what happens before the update of a step
 * and what after it.
 */
import type { Discretization } from "../discretization.ts";

const { fround } = Math;

export interface Firing {
  /** Puts this step's spikes out before any update (phase "before"); null where they follow the update. */
  readonly emit: (() => void) | null;
  readonly before: () => void;
  readonly after: () => void;
}

interface FiringConstants {
  readonly threshold: Float32Array;
  readonly vReset: Float32Array;
  /** Null for neurons without a synaptic current. */
  readonly synapse: object | null;
}

const nothing = (): void => {};

/** `spikes` receives the counts of the step. */
export function compileFiring(
  constants: FiringConstants,
  d: Discretization,
  membrane: Float32Array,
  spikes: Float32Array,
): Firing {
  const { threshold } = constants;
  const countOf = d.spikes === "multi" ? countMany : d.compare === "gt" ? isAbove : isReached;
  const compare = (): void => {
    for (let i = 0; i < membrane.length; i++) spikes[i] = countOf(membrane[i], threshold[i]);
  };
  const takeOff = compileReset(constants, d, membrane, spikes);
  const clip = d.vFloor === null ? nothing : compileFloor(membrane, threshold, d.vFloor);
  if (d.phase === "after") {
    if (d.lateReset && d.reset === "subtract") return lateReset(threshold, membrane, spikes, compare, clip);
    const after = (): void => {
      compare();
      takeOff();
      clip();
    };
    return { emit: null, before: nothing, after };
  }
  // Spyx takes a LIF's spikes off the updated membrane, and a Cuba neuron's off the one that then decays.
  const first = constants.synapse !== null || d.reset !== "subtract";
  const after = (): void => {
    if (!first) takeOff();
    clip();
  };
  return { emit: compare, before: first ? takeOff : nothing, after };
}

function isAbove(membrane: number, threshold: number): number {
  return membrane > threshold ? 1 : 0;
}

function isReached(membrane: number, threshold: number): number {
  return membrane >= threshold ? 1 : 0;
}

/** floor(v / threshold), divided in float32; a threshold of 0 makes one spike, not infinitely many. */
function countMany(membrane: number, threshold: number): number {
  if (!(membrane > 0 && membrane >= threshold)) return 0;
  return threshold === 0 ? 1 : Math.trunc(fround(membrane / threshold));
}

function compileReset(
  { threshold, vReset }: FiringConstants,
  d: Discretization,
  membrane: Float32Array,
  spikes: Float32Array,
): () => void {
  if (d.reset === "none") return nothing;
  return d.reset === "value"
    ? () => {
        for (let i = 0; i < membrane.length; i++) if (spikes[i] > 0) membrane[i] = vReset[i];
      }
    : () => {
        for (let i = 0; i < membrane.length; i++) membrane[i] -= fround(spikes[i] * threshold[i]);
      };
}

/** As sinabs computes it, which rounds: v = relu(v - floor) + floor. */
function compileFloor(membrane: Float32Array, threshold: Float32Array, thresholds: number): () => void {
  const floor = Float32Array.from(threshold, (value) => value * thresholds);
  return () => {
    for (let i = 0; i < membrane.length; i++)
      membrane[i] = Math.max(fround(membrane[i] - floor[i]), 0) + floor[i];
  };
}

/** r = [v > threshold] of the membrane before the update: v -= r threshold after it, then v -= (spikes - r) threshold. */
function lateReset(
  threshold: Float32Array,
  membrane: Float32Array,
  spikes: Float32Array,
  compare: () => void,
  clip: () => void,
): Firing {
  const late = new Float32Array(membrane.length);
  const before = (): void => {
    for (let i = 0; i < membrane.length; i++) late[i] = membrane[i] > threshold[i] ? 1 : 0;
  };
  const after = (): void => {
    for (let i = 0; i < membrane.length; i++) membrane[i] -= late[i] * threshold[i];
    compare();
    for (let i = 0; i < membrane.length; i++) membrane[i] -= (spikes[i] - late[i]) * threshold[i];
    clip();
  };
  return { emit: null, before, after };
}
