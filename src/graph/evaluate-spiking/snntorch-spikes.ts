/**
 * What all neurons of snnTorch share: the comparison, spikes that are inhibited or graded, quantized states, and the reset
 * at once (reset_delay=False), which must not repeat what the delayed one has done already.
 */

import type { Shape } from "../graph.ts";
import type { SnnTorchOptions } from "../spiking-neurons.ts";
import { perNeuron } from "./stepper.ts";

const { fround } = Math;

export interface SnnTorchSpikes {
  /** r: 1 where the membrane stood above threshold before the step. */
  readonly late: Float32Array;
  compareOld(): void;
  /** Each value becomes the nearest level; nothing happens where states are not quantized. */
  quantize(values: Float32Array): void;
  /** Puts out the spikes of the new membrane, and resets it where the reset is not delayed. */
  fire(): void;
}

export function compileSnnTorchSpikes(
  node: SnnTorchOptions & { readonly shape: Shape },
  membrane: Float32Array,
  spikes: Float32Array,
): SnnTorchSpikes {
  const neurons = membrane.length;
  const threshold = perNeuron(node.threshold, neurons);
  const graded = perNeuron(node.gradedSpikesFactor, neurons);
  const late = new Float32Array(neurons);
  const levels = node.stateLevels;
  const quantize = levels ? quantizer(levels) : () => {};

  const compareOld = (): void => {
    for (let i = 0; i < neurons; i++) late[i] = membrane[i] > threshold[i] ? 1 : 0;
  };
  /** fire() compares the quantized membrane, and does not change it: levels are their own nearest levels. */
  const plain = (): void => {
    for (let i = 0; i < neurons; i++) spikes[i] = membrane[i] > threshold[i] ? graded[i] : 0;
  };
  const row = node.shape.length > 0 ? node.shape[node.shape.length - 1] : 1;
  const inhibited = (): void => {
    spikes.fill(0);
    for (let start = 0; start < neurons; start += row) {
      const winner = argmax(membrane, threshold, start, start + row);
      if (membrane[winner] > threshold[winner]) spikes[winner] = 1;
    }
  };
  const fireNow = node.inhibition ? inhibited : plain;
  const resetNow = node.resetDelay ? null : compileResetNow(node, membrane, spikes, late, threshold, graded);
  const fire = (): void => {
    fireNow();
    resetNow?.();
  };
  return { late, compareOld, quantize, fire };
}

/** m -= (s - r) threshold, or m -= (s - r) m, where s is the spike without its grade. */
function compileResetNow(
  node: SnnTorchOptions,
  membrane: Float32Array,
  spikes: Float32Array,
  late: Float32Array,
  threshold: Float32Array,
  graded: Float32Array,
): (() => void) | null {
  if (node.reset === "none") return null;
  const subtract = node.reset === "subtract";
  return () => {
    for (let i = 0; i < membrane.length; i++) {
      const due = fround(fround(spikes[i] / graded[i]) - late[i]);
      membrane[i] -= fround(due * (subtract ? threshold[i] : membrane[i]));
    }
  };
}

/** The first of the largest margins to threshold. */
function argmax(membrane: Float32Array, threshold: Float32Array, start: number, end: number): number {
  let best = start;
  for (let i = start + 1; i < end; i++) {
    if (fround(membrane[i] - threshold[i]) > fround(membrane[best] - threshold[best])) best = i;
  }
  return best;
}

/** Nearest by float32 distance, the lower index where two are as near. */
function quantizer(levels: Float32Array): (values: Float32Array) => void {
  return (values) => {
    for (let i = 0; i < values.length; i++) {
      let best = 0;
      let distance = Number.POSITIVE_INFINITY;
      for (let level = 0; level < levels.length; level++) {
        const away = Math.abs(fround(levels[level] - values[i]));
        if (away < distance) [best, distance] = [level, away];
      }
      values[i] = levels[best];
    }
  };
}
