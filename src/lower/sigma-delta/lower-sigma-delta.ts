/**
 * Lowering to sigma-delta neurons: every ReLU becomes a population that sends its changes, and the network is the float one up
 * to rounding, a step later for each layer. No threshold, no rate, no search: a still picture is sent once.
 *
 * The logits may be negative, and a sigma-delta neuron is rectified; one shift, the same for all classes, lifts them above 0.
 */
import { SpikecError } from "../../errors/error.ts";
import { type Graph, sizeOf } from "../../graph/graph.ts";
import type { Connection, Input, Network, Population, Projection } from "../../network/network.ts";
import type { NumericRules, SigmaDeltaRules } from "../../target/rules.ts";
import { type ActivationValues, checkFold } from "../check-fold.ts";
import { compactBias } from "../conversion.ts";
import { chooseInput } from "../encode-input.ts";
import { fold } from "../fold.ts";
import type { Activation, Folded } from "../folded.ts";
import { measure } from "../measure.ts";
import { absorbNormalization, chooseNormalization } from "../normalize-input.ts";
import type { LoweringOptions, LoweringResult } from "../options.ts";
import { rewrite } from "../rewrite.ts";
import { quantizeDrive, signalToNoise } from "../scaled-drive.ts";
import { sigmaDeltaReports } from "./report.ts";
import { type ActivationScales, scalesOf } from "./units.ts";

/** Activations are compared with the Graph's on so many samples, and measured on at most so many. */
const checkedSamples = 4;
const measuredSamples = 256;
/** The shift of the logits, in largest magnitudes seen: what lies further below is cut off, and is no candidate for a class. */
const logitMargin = 1.5;

/** Everything that is the same for all layers. */
interface Lowering {
  readonly options: LoweringOptions;
  readonly rules: SigmaDeltaRules;
  readonly bits: number;
  readonly spikeExponent: number;
  readonly values: ActivationValues;
  /** Activation per unit sent, by source. */
  readonly perSpike: Map<string, Float64Array>;
}

interface Converted {
  readonly population: Population;
  readonly projections: readonly Projection[];
  readonly weightSnr: number;
  readonly narrowed: boolean;
  /** Of the output: logit = (reading - shift) / factor. */
  readonly factor: number;
  readonly shift: number;
}

function sigmaDeltaRules({ sigmaDelta, populations }: NumericRules): SigmaDeltaRules {
  if (sigmaDelta !== undefined && populations?.includes("sigmaDelta")) return sigmaDelta;
  throw new SpikecError("SPK-0305", "sigma-delta neurons were asked for, and the target has none");
}

/** Copies tell levels of a rate; a sigma-delta neuron sends its value. */
function refuseCopies({ recipe }: LoweringOptions): void {
  if ((recipe?.copies ?? 1) > 1)
    throw new SpikecError("SPK-0305", "copies were asked for, and sigma-delta neurons have none");
}

/** Throws SPK-0301 for what sigma-delta neurons cannot do. */
function refuseOthers({ activations }: Folded): void {
  const lines = activations.flatMap((activation) => {
    if (activation.kind === "maxPool")
      return [`${activation.name}: MaxPool has no form on sigma-delta neurons`];
    return activation.kind === "relu" && activation.maximum !== null
      ? [`${activation.name}: a ReLU cut at ${activation.maximum} has no form on sigma-delta neurons`]
      : [];
  });
  if (lines.length === 0) return;
  throw new SpikecError("SPK-0301", `cannot be lowered to sigma-delta:\n  ${lines.join("\n  ")}`, {
    advice: "Use average pooling and plain ReLU and train again, or convert to neurons that reset to zero.",
  });
}

function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]));
  return largest;
}

function projectionsOf(
  activation: Activation,
  connections: readonly Connection[],
  sources: ReadonlyMap<string, string>,
  delay: number,
): Projection[] {
  return activation.drives.map((drive, d) => {
    const source = sources.get(drive.source) ?? drive.source;
    const name = `${source} -> ${activation.name}${d === 0 ? "" : `:${d + 1}`}`;
    return { name, source, target: activation.name, delay, pools: drive.pools, connection: connections[d] };
  });
}

/** bias: the constant in units of 2^K of the value, plus the shift of the logits. */
function convertActivation(
  activation: Activation,
  lowering: Lowering,
  { scaled, factors, narrowed }: ActivationScales,
  sources: ReadonlyMap<string, string>,
): Converted {
  const { options, rules, bits, spikeExponent, values } = lowering;
  const one = 2 ** (spikeExponent + rules.stateExponent);
  const mapSize = sizeOf(activation.shape) / factors.length;
  const connections = scaled.map((drive) => quantizeDrive(drive, factors, bits));
  const isOutput = activation.kind === "output";
  const margin = isOutput ? logitMargin * largestOf(values.get(activation.name)!) : 0;
  const lifted = Math.ceil((margin * factors[0]) / one);
  const bias = Int32Array.from(
    activation.constant,
    (c, neuron) => Math.round((c * factors[Math.floor(neuron / mapSize)]) / one) + lifted,
  );
  const perSpike = factors.map((factor) => 2 ** rules.stateExponent / factor);
  lowering.perSpike.set(activation.name, perSpike);
  return {
    population: {
      name: activation.name,
      shape: activation.shape,
      kind: "sigmaDelta",
      value: "rectified",
      spikeExponent,
      stateExponent: rules.stateExponent,
      threshold: 0,
      bias: compactBias(bias, factors.length),
      // activation = spikeValue (sum of what was sent) / T
      spikeValue: isOutput ? new Float64Array(0) : perSpike.map((value) => value * options.timesteps),
      origin: [activation.node],
    },
    projections: projectionsOf(activation, connections, sources, options.rules.delay.low),
    weightSnr: signalToNoise(scaled, connections, factors),
    narrowed,
    factor: factors[0],
    shift: lifted * one,
  };
}

/** The neurons that send the changes of the input. */
function changesOf(
  input: Input,
  { spikeExponent, rules }: Lowering,
): { population: Population; projection: Projection } {
  const name = `${input.name}:changes`;
  const bias = new Int32Array(1);
  const { stateExponent } = rules;
  return {
    population: {
      name,
      shape: input.shape,
      kind: "sigmaDelta",
      value: "input",
      spikeExponent,
      stateExponent,
      threshold: 0,
      bias,
      spikeValue: new Float64Array(0),
      origin: [],
    },
    projection: {
      name: `${input.name} -> ${name}`,
      source: input.name,
      target: name,
      delay: 0,
      pools: [],
      connection: { kind: "oneToOne", weights: Int8Array.of(1) },
    },
  };
}

/** All layers at one spikeExponent. */
function convertAll(folded: Folded, input: Input, lowering: Lowering): Converted[] {
  const { values, bits, rules, perSpike, spikeExponent } = lowering;
  if (input.encoder.kind !== "analog") throw new SpikecError("SPK-0001", "sigma-delta takes numbers");
  perSpike.set(folded.inputName, Float64Array.of(input.encoder.scale / 2 ** spikeExponent));
  const sources = new Map([[folded.inputName, `${input.name}:changes`]]);
  return folded.activations.map((activation) => {
    const isOutput = activation.kind === "output";
    const seen = largestOf(values.get(activation.name)!) * (isOutput ? 1 + logitMargin : 1);
    const scales = scalesOf(activation, perSpike, seen, bits, rules, isOutput);
    return convertActivation(activation, lowering, scales, sources);
  });
}

/**
 * Throws SPK-0301 for layers without a form, SPK-0303 without calibration inputs, SPK-0305 where the target has no sigma-delta
 * neurons.
 */
export function lowerSigmaDelta(graph: Graph, options: LoweringOptions): LoweringResult {
  const rules = sigmaDeltaRules(options.rules);
  refuseCopies(options);
  if (options.calibration.samples === 0) throw new SpikecError("SPK-0303", "there are no calibration inputs");
  const rewritten = rewrite(graph);
  const plain = fold(rewritten);
  refuseOthers(plain);
  const samples = Math.min(options.calibration.samples, measuredSamples);
  const perSample = options.calibration.values.length / options.calibration.samples;
  const calibration = {
    ...options.calibration,
    samples,
    values: options.calibration.values.subarray(0, samples * perSample),
  };
  const values = measure(rewritten, plain, calibration);
  checkFold(plain, values, Math.min(checkedSamples, samples));
  const analog: NumericRules = { ...options.rules, inputs: ["analog"] };
  const rounding = chooseNormalization(plain, calibration, "analog");
  const asked: LoweringOptions = { ...options, input: "analog", rules: analog, calibration };
  const input = chooseInput(plain.inputName, plain.inputShape, asked, rounding.normalization);
  const folded = absorbNormalization(plain, input);
  const bits = Math.min(options.weightBits, options.rules.weights.bits);

  // The most fractional bits at which no layer's weights must shrink; else the fewest.
  let lowering: Lowering;
  let converted: Converted[];
  let spikeExponent = rules.mostSpikeExponent;
  do {
    lowering = { options, rules, bits, spikeExponent, values, perSpike: new Map() };
    converted = convertAll(folded, input, lowering);
  } while (converted.some(({ narrowed }) => narrowed) && --spikeExponent >= 0);

  const changes = changesOf(input, lowering);
  const output = converted[converted.length - 1];
  const network: Network = {
    name: graph.name,
    timesteps: options.timesteps,
    inputs: [input],
    populations: [changes.population, ...converted.map(({ population }) => population)],
    projections: [changes.projection, ...converted.flatMap(({ projections }) => projections)],
    // The value itself is read, not its sum over time.
    readout: {
      population: output.population.name,
      read: "membrane",
      scale: options.timesteps / output.factor,
      offset: (-output.shift * options.timesteps) / output.factor,
    },
    provenance: options.provenance,
    notes: [...rewritten.notes, ...rounding.notes],
  };
  const snr = new Map(converted.map(({ population, weightSnr }) => [population.name, weightSnr]));
  return {
    network,
    layers: sigmaDeltaReports(network, lowering.perSpike, snr, values, calibration),
    explanations: rounding.explanations,
    notes: network.notes,
    calibrationSamples: samples,
  };
}
