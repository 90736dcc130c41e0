/** What placing gives: the layers of a `.net` file, with all that emit, stimulus and readings must know of them. */
import type { NetNeuron } from "../../src/import/netx/format/net-file.ts";
import type { Placement } from "../../src/target/target.ts";
import type { LayerWeights } from "./layer-weights.ts";

/** A population as a layer of the file. */
export interface PlacedLayer {
  readonly name: string;
  readonly shape: readonly number[];
  /** null: the neurons read the input directly. */
  readonly weights: LayerWeights | null;
  /** [neurons][neurons]. */
  readonly recurrent: Int32Array | null;
  readonly delay: number;
  readonly recurrentDelay: number | null;
  readonly neuron: NetNeuron | null;
  /** One a neuron. */
  readonly bias: Int32Array;
  /** Never fires. */
  readonly silent: boolean;
  /** The chip's v is this many times the network's membrane. */
  readonly membraneScale: number;
  readonly latency: number;
  /** Chip address of its first neuron. */
  readonly first: number;
  readonly size: number;
}

export interface LoihiPlacement extends Placement {
  readonly input: { readonly name: string; readonly shape: readonly number[]; readonly messageBits: number };
  readonly layers: readonly PlacedLayer[];
  /** Layer k is cleared before Network step clearAt + k; null: none has a bias. */
  readonly clearAt: number | null;
  /** Fractional bits of what sigma-delta neurons send. */
  readonly spikeExponent: number;
  readonly steps: number;
}

/** What Lava holds as [width, height, channel]. */
export function isImage({ weights, shape }: PlacedLayer): boolean {
  return weights === null ? shape.length === 3 : weights.kind === "convolution";
}
