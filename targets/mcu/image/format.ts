/**
 * The network image: what lies in a slot of the board's flash, made to be run in place by a small C program. Little endian, no
 * pointers, no floats; every table and array begins at a multiple of 4, counted from the image's first byte. docs/protocol.md
 * has the tables; the numbers here are the same.
 */

/** "SPKI" */
export const imageMagic = 0x494b5053;
export const imageVersion = 2;

export const headerBytes = 48;
export const layerBytes = 88;
export const projectionBytes = 32;
export const windowBytes = 16;
export const selfTestHeadBytes = 8;

/** Where the fields of the header lie. The table of layers follows it. */
export const headerAt = {
  magic: 0,
  version: 4,
  inputs: 6,
  length: 8,
  /** Inputs and populations. */
  layers: 12,
  projections: 14,
  arena: 16,
  parts: 20,
  timesteps: 24,
  steps: 26,
  readout: 28,
  read: 30,
  selfTest: 40,
  /** A word of 0: the value of parameters that are 0 for all. */
  zero: 44,
} as const;

export const layerAt = {
  neurons: 0,
  latency: 2,
  /** Offsets of its state in the arena. */
  rows: 4,
  membranes: 8,
  rowBytes: 12,
  lastRow: 16,
  valued: 17,
  reset: 18,
  above: 19,
  decay: 20,
  decayShift: 21,
  rounding: 22,
  floor: 23,
  low: 24,
  high: 28,
  projections: 32,
  wraps: 34,
  projectionTable: 36,
  vInit: 40,
  bias: 48,
  threshold: 56,
  multiplier: 64,
  resetValue: 72,
  floorValue: 80,
} as const;

export const projectionAt = {
  source: 0,
  delay: 2,
  weightBytes: 3,
  weights: 4,
  /** Of the source's map, before all windows. */
  height: 8,
  width: 10,
  /** Source channels of a group, and target channels of it. */
  group: 12,
  outputs: 14,
  /** Bytes of the membranes of one target channel; neurons of one group of them; bytes of the weights of one source channel. */
  mapBytes: 16,
  groupNeurons: 20,
  channelBytes: 24,
  windows: 28,
  sparse: 29,
  /** Of a sparse one: by source neuron the offsets of its synapses, and their targets. */
  offsets: 20,
  targets: 24,
} as const;

/** Windows follow their projection, one an axis: rows and columns of its pools, then of its kernel. */
export const windowAt = { extent: 0, kernel: 2, start: 4, stride: 8, taps: 10, places: 12 } as const;

export const resets = { none: 0, zero: 1, subtract: 2, value: 3, subtractValue: 4 } as const;
export const floors = { none: 0, clamp: 1, subtract: 2, zero: 3 } as const;
export const decays = { none: 0, multiply: 1, shift: 2, shiftWithTail: 3, multiplyEach: 4 } as const;
export const roundings = { floor: 0, trunc0: 1, halfAway: 2, halfEven: 3 } as const;
export const reads = { membrane: 0, count: 1, firstSpike: 2 } as const;

/** Parts of the law that a firmware may be built without: a bit each, in the image's header and in HELLO. */
export const parts = { sparse: 1, decays: 2, resets: 4, ranges: 8 } as const;

/** Bytes of one row of values, two each, in whole words. */
export function valueRowBytes(neurons: number): number {
  return 4 * Math.ceil(neurons / 2);
}
