/**
 * Records of the file to a Network. What the types promise is established here: words are known ones, messages that must be
 * there are there, tensors have their bytes. What they do not promise, checkNetwork establishes. Throws plain Errors.
 */
import type {
  Connection,
  Decay,
  Encoder,
  Input,
  Law,
  Network,
  Padding2d,
  Pair,
  Population,
  Projection,
  Quantization,
  Reset,
  StateRange,
  SumPool,
  Synapse,
} from "../network.ts";
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
  StateRangeRecord,
  SumPoolRecord,
  SynapseRecord,
  TensorRecord,
} from "./schema.ts";
import { floatsOf, integersOf, parametersOf } from "./tensor.ts";

/** The network that a record describes. */
export function networkFrom(record: NetworkRecord): Network {
  const { name, timesteps, inputs, populations, projections, notes } = record;
  const { population, read, scale, offset, tieBreak } = present(record.readout, "the readout");
  const { version, modelHash, calibrationHash, options } = present(record.provenance, "the provenance");
  return {
    name,
    timesteps,
    inputs: inputs.map(inputFrom),
    populations: populations.map(populationFrom),
    projections: projections.map(projectionFrom),
    readout: {
      population,
      read: word(read, ["membrane", "count", "firstSpike"], "reading"),
      scale,
      offset,
      ...(tieBreak === "" ? {} : { tieBreak: word(tieBreak, ["membrane"], "tie break") }),
    },
    provenance: {
      version,
      modelHash,
      calibrationHash,
      options: options.map((option) => [option.name, option.value] as const),
    },
    notes: notes.map(({ level, where, text }) => ({
      level: word(level, ["info", "warning"], "level of a note"),
      where,
      text,
    })),
  };
}

/** The word, if it is one of those known; else an error that names it. */
function word<Word extends string>(found: string, known: readonly Word[], what: string): Word {
  const match = known.find((candidate) => candidate === found);
  if (match === undefined) throw new Error(`the ${what} is '${found}'; known are ${known.join(", ")}`);
  return match;
}

function present<Value>(value: Value | null, what: string): Value {
  if (value === null) throw new Error(`${what} is missing`);
  return value;
}

function pair(values: readonly number[], what: string): Pair {
  if (values.length !== 2) throw new Error(`${what} has ${values.length} numbers instead of 2`);
  return [values[0], values[1]];
}

function padding2d(values: readonly number[], what: string): Padding2d {
  if (values.length !== 4) throw new Error(`${what} has ${values.length} numbers instead of 4`);
  return [values[0], values[1], values[2], values[3]];
}

function inputFrom({ name, shape, encoder, polarity }: InputRecord): Input {
  return {
    name,
    shape,
    encoder: encoderFrom(present(encoder, `the encoder of '${name}'`)),
    polarity: word(polarity, ["unsigned", "signed"], `polarity of '${name}'`),
  };
}

function encoderFrom(record: EncoderRecord): Encoder {
  const kinds = ["analog", "rate", "poisson", "latency", "current", "spikes", "always"] as const;
  const kind = word(record.kind, kinds, "kind of an encoder");
  if (kind === "spikes" || kind === "always") return { kind };
  const { threshold, initial, seed } = record;
  const quantization = quantizationFrom(present(record.quantization, "the quantization of an encoder"));
  switch (kind) {
    case "analog":
    case "current":
      return { kind, ...quantization };
    case "rate":
      return { kind, threshold, initial, ...quantization };
    case "poisson":
      return { kind, threshold, seed, ...quantization };
    case "latency":
      return { kind, threshold, ...quantization };
  }
}

function quantizationFrom({ normalization, ...plain }: QuantizationRecord): Quantization {
  const { scale, zeroPoint, bits, signed } = plain;
  if (normalization === null) return { scale, zeroPoint, bits, signed };
  const offset = floatsOf(present(normalization.offset, "the offset of a normalization"));
  const divisor = floatsOf(present(normalization.divisor, "the divisor of a normalization"));
  return { scale, zeroPoint, bits, signed, normalization: { offset, divisor } };
}

function populationFrom(record: PopulationRecord): Population {
  const { name, shape, law, taps, window, sigmaDelta, origin } = record;
  const kinds = ["integrateAndFire", "maxCount", "sigmaDelta"] as const;
  const kind = word(record.kind, kinds, `kind of population '${name}'`);
  const common = { name, shape, spikeValue: floatsOrNone(record.spikeValue), origin };
  switch (kind) {
    case "integrateAndFire": {
      const membraneUnit = floatsOrNone(record.membraneUnit);
      return { ...common, kind, law: lawFrom(present(law, `the law of '${name}'`)), membraneUnit };
    }
    case "maxCount": {
      const found = present(window, `the window of '${name}'`);
      return { ...common, kind, taps, window: windowFrom(found, `population '${name}'`) };
    }
    case "sigmaDelta": {
      const found = present(sigmaDelta, `the parameters of '${name}'`);
      const { spikeExponent, stateExponent, threshold } = found;
      const value = word(found.value, ["input", "rectified", "sum"], `value of '${name}'`);
      const bias = parametersOf(present(found.bias, "a bias"));
      return { ...common, kind, value, spikeExponent, stateExponent, threshold, bias };
    }
  }
}

function floatsOrNone(tensor: TensorRecord | null): Float64Array {
  return tensor === null ? new Float64Array(0) : floatsOf(tensor);
}

function windowFrom({ kernel, stride, padding }: SumPoolRecord, what: string): SumPool {
  return {
    kernel: pair(kernel, `a kernel of ${what}`),
    stride: pair(stride, `a stride of ${what}`),
    padding: padding2d(padding, `a padding of ${what}`),
  };
}

function lawFrom(record: LawRecord): Law {
  const { floor } = record;
  return {
    bias: parametersOf(present(record.bias, "a bias")),
    decayV: decayFrom(present(record.decayV, "a decay")),
    overflowV: rangeFrom(record.overflowV),
    threshold: parametersOf(present(record.threshold, "a threshold")),
    compare: word(record.compare, ["gt", "ge", "never"], "comparison"),
    maxSpikes: record.maxSpikes,
    reset: resetFrom(present(record.reset, "a reset")),
    floor: floor && {
      kind: word(floor.kind, ["clamp", "subtract", "zero"], "kind of a floor"),
      value: parametersOf(present(floor.value, "a floor's value")),
    },
    vInit: parametersOf(present(record.vInit, "a vInit")),
    synapse: synapseFrom(present(record.synapse, "a synapse")),
    inputShift: record.inputShift,
    resetTiming: word(record.resetTiming, ["immediate", "delayed"], "timing of a reset"),
    refractory: record.refractory,
    refractoryHoldsSynapse: record.refractoryHoldsSynapse,
    phase: word(record.phase, ["post", "pre"], "phase"),
    accumulate: word(record.accumulate, ["step", "event"], "accumulation"),
  };
}

function rangeFrom(range: StateRangeRecord | null): StateRange | null {
  if (range === null) return null;
  const { low, high } = range;
  return { low, high, overflow: word(range.overflow, ["saturate", "wrap"], "overflow") };
}

function resetFrom({ kind, value, amount }: ResetRecord): Reset {
  switch (word(kind, ["none", "zero", "subtract"], "kind of a reset")) {
    case "none":
      return { kind: "none" };
    case "zero":
      return { kind: "zero", value: parametersOf(present(value, "a reset's value")) };
    case "subtract":
      return { kind: "subtract", amount: amount && parametersOf(amount) };
  }
}

function synapseFrom(record: SynapseRecord): Synapse {
  const kind = word(record.kind, ["none", "trace", "alpha"], "kind of a synapse");
  if (kind === "none") return { kind };
  const trace = {
    decayU: decayFrom(present(record.decayU, "a synapse's decayU")),
    overflowU: rangeFrom(record.overflowU),
    synapseOrder: word(record.synapseOrder, ["decayThenAdd", "addThenDecay"], "order of a synapse"),
    resetSynapse: record.resetSynapse,
  };
  if (kind === "trace") return { kind, ...trace };
  const decayH = decayFrom(present(record.decayH, "a synapse's decayH"));
  const gain = parametersOf(present(record.gain, "a synapse's gain"));
  return { kind, ...trace, decayH, gain, gainShift: record.gainShift };
}

function decayFrom(record: DecayRecord): Decay {
  const { shift, tail, towardZero } = record;
  const kind = word(record.kind, ["none", "multiply", "shift", "constant"], "kind of a decay");
  switch (kind) {
    case "none":
      return { kind };
    case "shift":
      return { kind, shift, tail, ...(record.shifts && { shifts: parametersOf(record.shifts) }) };
    case "constant":
      return { kind, amount: parametersOf(present(record.amount, "a decay's amount")), towardZero };
    case "multiply": {
      const roundings = ["trunc0", "floor", "halfAway", "halfEven"] as const;
      const rounding = word(record.rounding, roundings, "rounding of a decay");
      const multiplier = parametersOf(present(record.multiplier, "a decay's multiplier"));
      return { kind, multiplier, shift, rounding };
    }
  }
}

function projectionFrom(record: ProjectionRecord): Projection {
  const { name, source, target, delay, modelDelay, pools, connection } = record;
  const what = `projection '${name}'`;
  return {
    name,
    source,
    target,
    delay,
    ...(modelDelay === 0 ? {} : { modelDelay }),
    pools: pools.map((pool) => windowFrom(pool, what)),
    connection: connectionFrom(present(connection, `the connection of ${what}`), what),
  };
}

function connectionFrom(record: ConnectionRecord, what: string): Connection {
  const kind = word(record.kind, ["dense", "convolution", "oneToOne", "sparse"], `connection of ${what}`);
  const tensor = present(record.weights, `the tensor of weights of ${what}`);
  const weights = integersOf(tensor);
  if (kind === "dense" || kind === "oneToOne") return { kind, weights };
  if (kind === "sparse") {
    const offsets = parametersOf(present(record.offsets, `the tensor of offsets of ${what}`));
    const targets = parametersOf(present(record.targets, `the tensor of targets of ${what}`));
    return { kind, offsets, targets, weights, targetSize: record.targetSize };
  }
  if (tensor.shape.length !== 4) throw new Error(`the weights of ${what} have the shape [${tensor.shape}]`);
  return {
    kind,
    weights,
    kernel: pair(tensor.shape.slice(2), `the kernel of ${what}`),
    stride: pair(record.stride, `the stride of ${what}`),
    padding: padding2d(record.padding, `the padding of ${what}`),
    dilation: pair(record.dilation, `the dilation of ${what}`),
    groups: record.groups,
  };
}
