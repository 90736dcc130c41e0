/**
 * A `.net` file of lava-dl as plain data: a chain of layers, each with its weights and its neurons, all integers. What the
 * fields mean on the chip is the business of who runs them (lava-dl d825ac5, src/lava/lib/dl/netx/hdf5.py).
 */

/** [vertical, horizontal], as the file has it. */
export type NetPair = readonly [number, number];

export type NetNeuron =
  /** Leaky integrate-and-fire. */
  | {
      readonly kind: "LIF";
      /** 4096 forgets the current every step, 0 keeps it for ever: the decay du of the chip, plus one. */
      readonly iDecay: number;
      readonly vDecay: number;
      readonly vThMant: number;
      /** Bits of a graded spike; null: the loader's default, 0. */
      readonly messageBits: number | null;
    }
  | {
      readonly kind: "SDNN";
      readonly vThMant: number;
      /** The layer gives out its sum as it is, every step; ReLU and bias are not applied. */
      readonly sigmaOutput: boolean;
      /** null: the loader's default, 16. */
      readonly messageBits: number | null;
    };

/** A kernel as the file has it. */
export interface NetKernel {
  /** [out][in / groups][kernel height][kernel width], as PyTorch has it. */
  readonly weights: Int32Array;
  readonly kernel: NetPair;
  readonly stride: NetPair;
  readonly padding: NetPair;
  readonly dilation: NetPair;
}

export interface NetConvolution extends NetKernel {
  readonly kind: "convolution";
  /** [channels, height, width] of the output. */
  readonly shape: readonly [number, number, number];
  /** Channels of the input. */
  readonly inputs: number;
  readonly groups: number;
}

export interface NetDense {
  readonly kind: "dense";
  readonly inputs: number;
  readonly outputs: number;
  /** [outputs][inputs]. */
  readonly weights: Int32Array;
}

interface WithNeurons {
  /** null only on dense layers: a sum that never forgets and never fires. */
  readonly neuron: NetNeuron | null;
}

export type NetLayer =
  /** neuron null: only the shape of what is fed in. Otherwise the bias of its neurons is weight x + bias. */
  | (WithNeurons & {
      readonly kind: "input";
      /** [channels, height, width], or [neurons]. */
      readonly shape: readonly number[];
      readonly weight: number;
      readonly bias: number;
    })
  | (WithNeurons &
      NetDense & {
        /** [outputs][outputs]: a layer of type dense_rec. */
        readonly recurrent: Int32Array | null;
        /** One an output; null: none. */
        readonly bias: Int32Array | null;
        /** Steps: one for all, one an output, or one an input; null: none. */
        readonly delay: Int32Array | null;
      })
  | (WithNeurons &
      NetConvolution & {
        /** One a channel, or one a neuron [width][height][channel]; null: none. */
        readonly bias: Int32Array | null;
      })
  | { readonly kind: "flatten" };

export interface NetFile {
  readonly layers: readonly NetLayer[];
  /** Steps that a sample is meant to run; null where the file does not say. */
  readonly sampleSteps: number | null;
}

/** More neurons in one layer than any chip holds. */
export const mostNeurons = 2 ** 22;
export const mostLayers = 1024;
/** The loader clamps longer ones. */
export const longestDelay = 62;
