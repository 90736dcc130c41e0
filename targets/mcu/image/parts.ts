/** An image before it is bytes: the same tables as plain data, indices in place of names. */

/** Neuron i reads values[floor(i / span)]. Empty: 0 for all. */
export interface Parameter {
  readonly values: Int32Array;
  readonly span: number;
}

export interface InputPart {
  readonly count: number;
  readonly kind: "spikes" | "values";
  /** Steps that are kept: the longest delay that leaves it, and one; or the next power of 2. */
  readonly rows: number;
}

export interface PopulationPart {
  readonly neurons: number;
  readonly latency: number;
  readonly fires: boolean;
  readonly reset: "none" | "value" | "subtract";
  readonly floor: "none" | "clamp" | "subtract" | "zero";
  readonly overflow: "none" | "saturate" | "wrap";
  readonly low: number;
  readonly high: number;
  readonly decay: "none" | "multiply" | "shift" | "shiftWithTail";
  readonly decayShift: number;
  readonly rounding: "floor" | "trunc0" | "halfAway" | "halfEven";
  readonly rows: number;
  readonly threshold: Parameter;
  readonly bias: Parameter;
  readonly vInit: Parameter;
  readonly resetValue: Parameter;
  readonly floorValue: Parameter;
  readonly multiplier: Parameter;
}

export type WeightArray = Int8Array | Int16Array | Int32Array;
export type Extents = readonly [channels: number, height: number, width: number];
type Pair = readonly [number, number];

export interface PoolPart {
  readonly from: Extents;
  readonly to: Extents;
  readonly kernel: Pair;
  readonly stride: Pair;
  /** [top, left] */
  readonly padding: Pair;
}

export type ConnectionPart =
  /** [source][target] */
  | { readonly kind: "dense"; readonly weights: WeightArray }
  /** [source channel][kernel row][kernel column][target channel of the group] */
  | {
      readonly kind: "convolution";
      readonly weights: WeightArray;
      readonly to: Extents;
      readonly kernel: Pair;
      readonly stride: Pair;
      readonly padding: Pair;
      readonly dilation: Pair;
      readonly groups: number;
    }
  | {
      readonly kind: "sparse";
      readonly offsets: Int32Array;
      readonly targets: Int32Array;
      readonly weights: WeightArray;
    }
  | { readonly kind: "oneToOne"; readonly weights: WeightArray; readonly span: number };

export interface ProjectionPart {
  /** Inputs first, then populations. */
  readonly source: number;
  readonly target: number;
  readonly delay: number;
  readonly pools: readonly PoolPart[];
  /** What the weights see; a flat source is [neurons, 1, 1]. */
  readonly from: Extents;
  readonly connection: ConnectionPart;
}

/** One step of the golden spikes: an input as STEP brings it. */
export interface SelfTestStep {
  readonly flags: number;
  readonly entries: Uint8Array;
}

export interface SelfTest {
  readonly steps: readonly SelfTestStep[];
  /** Of the rows of all populations, as at the end of a run. */
  readonly digest: number;
}

export interface ImageParts {
  readonly inputs: readonly InputPart[];
  readonly populations: readonly PopulationPart[];
  /** Sorted by target. */
  readonly projections: readonly ProjectionPart[];
  readonly timesteps: number;
  /** Steps of a run: T and the latency of the readout. */
  readonly steps: number;
  readonly readout: number;
  readonly read: "membrane" | "count" | "firstSpike";
  readonly selfTest: SelfTest | null;
}
