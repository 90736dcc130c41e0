/** The widths that a network needs: bits of two's complement for membranes, thresholds, biases and weights, layer by layer. */
import { isIntegrateAndFire, type Network, neverFires } from "../network/network.ts";
import type { MembranePeak } from "./membrane-peaks.ts";

/** The smallest number of bits whose two's complement holds both numbers. */
export function signedBits(low: number, high: number): number {
  let bits = 1;
  while (low < -(2 ** (bits - 1)) || high > 2 ** (bits - 1) - 1) bits++;
  return bits;
}

export interface NeededWidth {
  readonly low: number;
  readonly high: number;
  readonly bits: number;
}

export interface LayerWidths {
  readonly name: string;
  /** Measured, before the compare. */
  readonly membrane: NeededWidth;
  /** null: the population never fires. */
  readonly threshold: NeededWidth | null;
  readonly bias: NeededWidth;
  /** Of all projections into the population; always-on neurons that stand for a bias among them. */
  readonly weights: NeededWidth;
}

function widthOf(...lists: readonly ArrayLike<number>[]): NeededWidth {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const list of lists)
    for (let i = 0; i < list.length; i++) {
      low = Math.min(low, list[i]);
      high = Math.max(high, list[i]);
    }
  if (low > high) [low, high] = [0, 0];
  return { low, high, bits: signedBits(low, high) };
}

/** peaks: measured on runs. Populations under the neuron law, in the order of the road. */
export function neededWidths(network: Network, peaks: ReadonlyMap<string, MembranePeak>): LayerWidths[] {
  return network.populations.filter(isIntegrateAndFire).map((population) => {
    const { name, law } = population;
    const { low, high } = peaks.get(name)!;
    const incoming = network.projections.filter(({ target }) => target === name);
    return {
      name,
      membrane: { low, high, bits: signedBits(low, high) },
      threshold: neverFires(population) ? null : widthOf(law.threshold),
      bias: widthOf(law.bias),
      weights: widthOf(...incoming.map(({ connection }) => connection.weights)),
    };
  });
}
