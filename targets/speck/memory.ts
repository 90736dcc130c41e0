/**
 * Words of memory that a layer takes in a core. Each feature, row and column of a neuron map, and each tap of a kernel, has an
 * address of whole bits: extents count as the next power of two (sinabs 904eb89, dynapcnn_layer.py, memory_summary).
 */
import type { CoreLayer } from "./core-layer.ts";

export interface MemoryWords {
  readonly kernel: number;
  readonly neuron: number;
  readonly bias: number;
}

/** Bits of an address for `extent` things: ceil(log2 extent). */
export function addressBits(extent: number): number {
  return extent <= 1 ? 0 : 32 - Math.clz32(extent - 1);
}

export function memoryOf({ input, neurons, kernel, biases }: CoreLayer): MemoryWords {
  const [features, height, width] = neurons;
  return {
    kernel: input[0] * 2 ** (addressBits(kernel[0] * kernel[1]) + addressBits(features)),
    neuron: features * 2 ** (addressBits(height) + addressBits(width)),
    bias: biases === null ? 0 : features,
  };
}

/** Cores that are large enough, ascending. */
export function candidatesOf(need: MemoryWords, cores: readonly MemoryWords[]): number[] {
  return [...cores.keys()].filter(
    (core) =>
      need.kernel <= cores[core].kernel && need.neuron <= cores[core].neuron && need.bias <= cores[core].bias,
  );
}
