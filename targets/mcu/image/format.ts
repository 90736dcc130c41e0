/**
 * The network image: what lies in a slot of the board's flash, made to be run in place by a small C program. Little endian, no
 * pointers, no floats; every table and array begins at a multiple of 4, counted from the image's first byte. docs/protocol.md
 * has the tables; the numbers here are the same.
 */

/** "SPKI" */
export const imageMagic = 0x494b5053;
export const imageVersion = 1;

export const headerBytes = 48;
export const inputBytes = 8;
export const populationBytes = 72;
export const projectionBytes = 48;
export const poolBytes = 16;
export const selfTestHeadBytes = 12;

/** Where the fields of the header lie. */
export const headerAt = {
  magic: 0,
  version: 4,
  headerBytes: 6,
  length: 8,
  inputs: 12,
  populations: 14,
  projections: 16,
  timesteps: 18,
  steps: 20,
  readout: 22,
  arena: 24,
  inputTable: 28,
  populationTable: 32,
  projectionTable: 36,
  selfTest: 40,
  read: 44,
} as const;

export const inputAt = { first: 0, count: 2, kind: 4, rows: 5 } as const;

export const populationAt = {
  neurons: 0,
  latency: 2,
  fires: 4,
  reset: 5,
  floor: 6,
  overflow: 7,
  decay: 8,
  decayShift: 9,
  rounding: 10,
  rows: 11,
  low: 12,
  high: 16,
  firstProjection: 20,
  projections: 22,
  threshold: 24,
  bias: 32,
  vInit: 40,
  resetValue: 48,
  floorValue: 56,
  multiplier: 64,
} as const;

export const projectionAt = {
  source: 0,
  target: 2,
  delay: 4,
  kind: 5,
  weightBytes: 6,
  pools: 7,
  weights: 8,
  poolTable: 12,
  /** Channels, height and width of what the weights see: the source after the pools. */
  channels: 16,
  height: 18,
  width: 20,
  outChannels: 22,
  outHeight: 24,
  outWidth: 26,
  kernel: 28,
  stride: 30,
  padding: 32,
  dilation: 34,
  groups: 36,
  /** sparse: offsets of the synapses by source neuron. oneToOne: neurons that share a weight. */
  offsets: 40,
  targets: 44,
} as const;

export const poolAt = {
  channels: 0,
  height: 2,
  width: 4,
  outHeight: 6,
  outWidth: 8,
  kernel: 10,
  stride: 12,
  padding: 14,
} as const;

export const inputKinds = { spikes: 0, values: 1 } as const;
export const resets = { none: 0, value: 1, subtract: 2 } as const;
export const floors = { none: 0, clamp: 1, subtract: 2, zero: 3 } as const;
export const overflows = { none: 0, saturate: 1, wrap: 2 } as const;
export const decays = { none: 0, multiply: 1, shift: 2, shiftWithTail: 3 } as const;
export const roundings = { floor: 0, trunc0: 1, halfAway: 2, halfEven: 3 } as const;
export const kinds = { dense: 0, convolution: 1, sparse: 2, oneToOne: 3 } as const;
export const reads = { membrane: 0, count: 1, firstSpike: 2 } as const;

/** Bytes of one row of spikes: a bit a neuron, in whole words. */
export function spikeRowBytes(neurons: number): number {
  return 4 * Math.ceil(neurons / 32);
}

/** Bytes of one row of values, two each, in whole words. */
export function valueRowBytes(neurons: number): number {
  return 4 * Math.ceil(neurons / 2);
}
