/**
 * network.proto as tables. A test parses the schema and checks that both say the same.
 */
import { field, list, message, type RecordOf } from "./message.ts";

export const tensor = message("Tensor", {
  dtype: field(1, "string"),
  shape: list(2, "uint32"),
  data: field(3, "bytes"),
});

export const normalization = message("Normalization", {
  offset: field(1, tensor),
  divisor: field(2, tensor),
});

export const quantization = message("Quantization", {
  scale: field(1, "double"),
  zeroPoint: field(2, "sint32"),
  bits: field(3, "uint32"),
  signed: field(4, "bool"),
  normalization: field(5, normalization),
});

export const encoder = message("Encoder", {
  kind: field(1, "string"),
  quantization: field(2, quantization),
  threshold: field(3, "sint32"),
  initial: field(4, "sint32"),
  seed: field(5, "uint32"),
});

export const input = message("Input", {
  name: field(1, "string"),
  shape: list(2, "uint32"),
  encoder: field(3, encoder),
  polarity: field(4, "string"),
});

export const decay = message("Decay", {
  kind: field(1, "string"),
  multiplier: field(2, tensor),
  shift: field(3, "uint32"),
  rounding: field(4, "string"),
  tail: field(5, "bool"),
  amount: field(6, tensor),
  towardZero: field(7, "bool"),
  shifts: field(8, tensor),
});

export const stateRange = message("StateRange", {
  low: field(1, "sint32"),
  high: field(2, "sint32"),
  overflow: field(3, "string"),
});

export const reset = message("Reset", {
  kind: field(1, "string"),
  value: field(2, tensor),
  amount: field(3, tensor),
});
export const floor = message("Floor", { kind: field(1, "string"), value: field(2, tensor) });

export const synapse = message("Synapse", {
  kind: field(1, "string"),
  decayU: field(2, decay),
  decayH: field(3, decay),
  overflowU: field(4, stateRange),
  synapseOrder: field(5, "string"),
  resetSynapse: field(6, "bool"),
  gain: field(7, tensor),
  gainShift: field(8, "uint32"),
});

export const law = message("Law", {
  bias: field(1, tensor),
  decayV: field(2, decay),
  overflowV: field(3, stateRange),
  threshold: field(4, tensor),
  compare: field(5, "string"),
  maxSpikes: field(6, "uint32"),
  reset: field(7, reset),
  floor: field(8, floor),
  vInit: field(9, tensor),
  synapse: field(10, synapse),
  inputShift: field(11, "uint32"),
  resetTiming: field(12, "string"),
  refractory: field(13, "uint32"),
  refractoryHoldsSynapse: field(14, "bool"),
  phase: field(15, "string"),
  accumulate: field(16, "string"),
});

export const sumPool = message("SumPool", {
  kernel: list(1, "uint32"),
  stride: list(2, "uint32"),
  padding: list(3, "uint32"),
});

export const sigmaDelta = message("SigmaDelta", {
  value: field(1, "string"),
  spikeExponent: field(2, "uint32"),
  stateExponent: field(3, "uint32"),
  threshold: field(4, "uint32"),
  bias: field(5, tensor),
});

export const population = message("Population", {
  name: field(1, "string"),
  shape: list(2, "uint32"),
  kind: field(3, "string"),
  law: field(4, law),
  spikeValue: field(5, tensor),
  origin: list(6, "string"),
  membraneUnit: field(7, tensor),
  taps: list(8, "uint32"),
  window: field(9, sumPool),
  sigmaDelta: field(10, sigmaDelta),
});

export const connection = message("Connection", {
  kind: field(1, "string"),
  weights: field(2, tensor),
  stride: list(3, "uint32"),
  padding: list(4, "uint32"),
  dilation: list(5, "uint32"),
  groups: field(6, "uint32"),
  offsets: field(7, tensor),
  targets: field(8, tensor),
  targetSize: field(9, "uint32"),
});

export const projection = message("Projection", {
  name: field(1, "string"),
  source: field(2, "string"),
  target: field(3, "string"),
  delay: field(4, "uint32"),
  pools: list(5, sumPool),
  connection: field(6, connection),
  modelDelay: field(7, "uint32"),
});

export const readout = message("Readout", {
  population: field(1, "string"),
  read: field(2, "string"),
  scale: field(3, "double"),
  offset: field(4, "double"),
  tieBreak: field(5, "string"),
});

export const option = message("Option", { name: field(1, "string"), value: field(2, "string") });

export const provenance = message("Provenance", {
  version: field(1, "string"),
  modelHash: field(2, "string"),
  calibrationHash: field(3, "string"),
  options: list(4, option),
});

export const note = message("Note", {
  level: field(1, "string"),
  where: field(2, "string"),
  text: field(3, "string"),
});

export const network = message("Network", {
  magic: field(1, "string"),
  majorVersion: field(2, "uint32"),
  minorVersion: field(3, "uint32"),
  name: field(4, "string"),
  timesteps: field(5, "uint32"),
  inputs: list(6, input),
  populations: list(7, population),
  projections: list(8, projection),
  provenance: field(9, provenance),
  notes: list(10, note),
  readout: field(11, readout),
});

export type TensorRecord = RecordOf<typeof tensor>;
export type EncoderRecord = RecordOf<typeof encoder>;
export type QuantizationRecord = RecordOf<typeof quantization>;
export type DecayRecord = RecordOf<typeof decay>;
export type SynapseRecord = RecordOf<typeof synapse>;
export type StateRangeRecord = RecordOf<typeof stateRange>;
export type SumPoolRecord = RecordOf<typeof sumPool>;
export type ResetRecord = RecordOf<typeof reset>;
export type LawRecord = RecordOf<typeof law>;
export type ConnectionRecord = RecordOf<typeof connection>;
export type SigmaDeltaRecord = RecordOf<typeof sigmaDelta>;
export type PopulationRecord = RecordOf<typeof population>;
export type ProjectionRecord = RecordOf<typeof projection>;
export type InputRecord = RecordOf<typeof input>;
export type NetworkRecord = RecordOf<typeof network>;
