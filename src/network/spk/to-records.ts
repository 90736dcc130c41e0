/**
 * Network to the records of the file: one function a message, fields by name, nothing computed but shapes of tensors.
 */
import type {
  Connection,
  Decay,
  Encoder,
  Input,
  Law,
  Network,
  Population,
  Projection,
  Quantization,
  Reset,
  Shape,
  SigmaDeltaPopulation,
  Synapse,
} from "../network.ts";
import { sizeOf } from "../network.ts";
import { connectionSourceShape, shapesByName } from "../shapes.ts";
import type {
  ConnectionRecord,
  DecayRecord,
  EncoderRecord,
  InputRecord,
  LawRecord,
  NetworkRecord,
  PopulationRecord,
  ProjectionRecord,
  QuantizationRecord,
  ResetRecord,
  SigmaDeltaRecord,
  SynapseRecord,
  TensorRecord,
} from "./schema.ts";
import { tensorOf } from "./tensor.ts";

/** The record of a network that checkNetwork accepts. */
export function networkRecord(
  network: Network,
  head: Pick<NetworkRecord, "magic" | "majorVersion" | "minorVersion">,
): NetworkRecord {
  const { version, modelHash, calibrationHash, options } = network.provenance;
  const shapes = shapesByName(network);
  return {
    ...head,
    name: network.name,
    timesteps: network.timesteps,
    inputs: network.inputs.map(inputRecord),
    populations: network.populations.map(populationRecord),
    projections: network.projections.map((projection) =>
      projectionRecord(projection, shapes.get(projection.source)!),
    ),
    readout: { ...network.readout, tieBreak: network.readout.tieBreak ?? "" },
    provenance: {
      version,
      modelHash,
      calibrationHash,
      options: options.map(([name, value]) => ({ name, value })),
    },
    notes: network.notes,
  };
}

function inputRecord({ name, shape, encoder, polarity }: Input): InputRecord {
  return { name, shape, encoder: encoderRecord(encoder), polarity };
}

function encoderRecord(encoder: Encoder): EncoderRecord {
  const quantized = encoder.kind !== "spikes" && encoder.kind !== "always";
  return {
    kind: encoder.kind,
    quantization: quantized ? quantizationRecord(encoder) : null,
    threshold: "threshold" in encoder ? encoder.threshold : 0,
    initial: "initial" in encoder ? encoder.initial : 0,
    seed: "seed" in encoder ? encoder.seed : 0,
  };
}

function quantizationRecord(quantization: Quantization): QuantizationRecord {
  const { scale, zeroPoint, bits, signed, normalization } = quantization;
  const units = normalization && {
    offset: tensorOf(normalization.offset),
    divisor: tensorOf(normalization.divisor),
  };
  return { scale, zeroPoint, bits, signed, normalization: units ?? null };
}

/** The fields that only one kind of population has, absent. */
const noKind = { law: null, membraneUnit: null, taps: [], window: null, sigmaDelta: null };

function populationRecord(population: Population): PopulationRecord {
  const { name, shape, kind, origin } = population;
  const spikeValue = floatRecord(population.spikeValue);
  const common = { name, shape, kind, origin, spikeValue, ...noKind };
  switch (population.kind) {
    case "integrateAndFire": {
      const membraneUnit = floatRecord(population.membraneUnit);
      return { ...common, law: lawRecord(population.law), membraneUnit };
    }
    case "maxCount":
      return { ...common, taps: population.taps, window: population.window };
    case "sigmaDelta":
      return { ...common, sigmaDelta: sigmaDeltaRecord(population) };
  }
}

function sigmaDeltaRecord(population: SigmaDeltaPopulation): SigmaDeltaRecord {
  const { value, spikeExponent, stateExponent, threshold, bias } = population;
  return { value, spikeExponent, stateExponent, threshold, bias: tensorOf(bias) };
}

/** Absent where empty. */
function floatRecord(values: Float64Array): TensorRecord | null {
  return values.length === 0 ? null : tensorOf(values);
}

function lawRecord(law: Law): LawRecord {
  return {
    bias: tensorOf(law.bias),
    decayV: decayRecord(law.decayV),
    overflowV: law.overflowV,
    threshold: tensorOf(law.threshold),
    compare: law.compare,
    maxSpikes: law.maxSpikes,
    reset: resetRecord(law.reset),
    floor: law.floor && { kind: law.floor.kind, value: tensorOf(law.floor.value) },
    vInit: tensorOf(law.vInit),
    synapse: synapseRecord(law.synapse),
    inputShift: law.inputShift,
    resetTiming: law.resetTiming,
    refractory: law.refractory,
    refractoryHoldsSynapse: law.refractoryHoldsSynapse,
    phase: law.phase,
    accumulate: law.accumulate,
  };
}

function resetRecord(reset: Reset): ResetRecord {
  const amount = reset.kind === "subtract" && reset.amount !== null ? tensorOf(reset.amount) : null;
  return { kind: reset.kind, value: reset.kind === "zero" ? tensorOf(reset.value) : null, amount };
}

function synapseRecord(synapse: Synapse): SynapseRecord {
  const alpha = synapse.kind === "alpha" ? synapse : null;
  const trace = synapse.kind === "none" ? null : synapse;
  return {
    kind: synapse.kind,
    decayU: trace && decayRecord(trace.decayU),
    decayH: alpha && decayRecord(alpha.decayH),
    overflowU: trace?.overflowU ?? null,
    synapseOrder: trace === null ? "" : trace.synapseOrder,
    resetSynapse: trace?.resetSynapse ?? false,
    gain: alpha && tensorOf(alpha.gain),
    gainShift: alpha?.gainShift ?? 0,
  };
}

function decayRecord(decay: Decay): DecayRecord {
  return {
    kind: decay.kind,
    multiplier: decay.kind === "multiply" ? tensorOf(decay.multiplier) : null,
    shift: decay.kind === "multiply" || decay.kind === "shift" ? decay.shift : 0,
    rounding: decay.kind === "multiply" ? decay.rounding : "",
    tail: decay.kind === "shift" && decay.tail,
    amount: decay.kind === "constant" ? tensorOf(decay.amount) : null,
    towardZero: decay.kind === "constant" && decay.towardZero,
    shifts: decay.kind === "shift" && decay.shifts !== undefined ? tensorOf(decay.shifts) : null,
  };
}

function projectionRecord(projection: Projection, sourceShape: Shape): ProjectionRecord {
  const { name, source, target, delay, modelDelay = 0, pools, connection } = projection;
  const seen = connectionSourceShape(sourceShape, projection);
  return { name, source, target, delay, modelDelay, pools, connection: connectionRecord(connection, seen) };
}

/** source: its shape after the pools. The kernel of a convolution stands in the shape of its weights, and only there. */
function connectionRecord(connection: Connection, source: Shape): ConnectionRecord {
  const { kind, weights } = connection;
  const single = { offsets: null, targets: null, targetSize: 0 };
  const plain = { kind, stride: [], padding: [], dilation: [], groups: 0, ...single };
  if (kind === "sparse") {
    const { offsets, targets, targetSize } = connection;
    const ends = { offsets: tensorOf(offsets), targets: tensorOf(targets), targetSize };
    return { ...plain, weights: tensorOf(weights), ...ends };
  }
  if (kind === "oneToOne") return { ...plain, weights: tensorOf(weights) };
  if (kind === "dense") {
    const columns = sizeOf(source);
    return { ...plain, weights: tensorOf(weights, [weights.length / columns, columns]) };
  }
  const { kernel, stride, padding, dilation, groups } = connection;
  const columns = source[0] / groups;
  const shape = [weights.length / (columns * kernel[0] * kernel[1]), columns, ...kernel];
  return { ...plain, weights: tensorOf(weights, shape), stride, padding, dilation, groups };
}
