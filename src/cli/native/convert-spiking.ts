/** The conversion of a native spiking network as commands do it: its file in, Network and report out. */
import { basename, extname } from "node:path";
import { SpikecError } from "../../errors/error.ts";
import type { Discretization, PresetName } from "../../graph/discretization.ts";
import type { Shape } from "../../graph/graph.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import { chooseDiscretization } from "../../import/nir/timestep.ts";
import { lowerSpiking } from "../../lower/spiking/lower-spiking.ts";
import type {
  LoweredPopulation,
  SpikingInputKind,
  SpikingLowering,
  SpikingLoweringOptions,
  SpikingReadout,
} from "../../lower/spiking/options.ts";
import { quantizeSpiking } from "../../lower/spiking/quantize-spiking.ts";
import { formatTable } from "../../report/table.ts";
import type { Fitting } from "../../target/fit.ts";
import type { Target } from "../../target/target.ts";
import type { Context } from "../command.ts";
import { fitJson } from "../conversion/tell-fit.ts";
import { hashOf, readBytes } from "../files.ts";
import { proseText } from "../text.ts";
import {
  bitsOf,
  type Measured,
  measureNetwork,
  silenceText,
  widthTable,
} from "../verification/measure-network.ts";
import { version } from "../version.ts";
import type { EventOptions } from "./event-samples.ts";
import { readSpikingGraph } from "./spiking-files.ts";
import { profileOf, type SpikingChoices } from "./spiking-options.ts";
import { readTimedSamples, type TimedSamples } from "./timed-samples.ts";

export interface SpikingConvertOptions extends SpikingChoices, EventOptions {
  readonly timesteps: number;
  readonly calib?: string;
  readonly inputScale: number;
  readonly input?: string;
  readonly readout?: string;
  readonly weights: number;
  readonly perLayer?: boolean;
  readonly dt?: number;
  readonly preset?: PresetName;
  /** One of the target's own ways to integers. */
  readonly quantizer?: string;
}

export interface ConvertedSpiking extends SpikingLowering {
  readonly graph: SpikingGraph;
  readonly discretization: Discretization;
  /** Where dt comes from. */
  readonly reason: string;
  /** On the calibration samples; null without any. */
  readonly measured: Measured | null;
}

function optionPairs(options: SpikingConvertOptions, target: string): [string, string][] {
  const { timesteps, inputScale, input, weights, readout, dt, preset } = options;
  const { perLayer, stateBits, decayBits, quantizer } = options;
  const { calib, binWidth, binary, crop, pool, steps } = options;
  const events = calib === undefined ? {} : { binWidth, binary, crop, pool, steps };
  const choices = { decayBits, dt, input, inputScale, perLayer, preset, quantizer, readout, stateBits };
  return Object.entries({ ...choices, ...events, target, timesteps, weights })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]): [string, string] => [name, String(value)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Of the first Input; [] where there is none. */
export function inputShapeOf({ nodes }: SpikingGraph): Shape {
  return nodes.find(({ type }) => type === "Input")?.shape ?? [];
}

/** null: there are none. Events last as long as the network is to run. */
async function calibrationOf(
  { calib, ...files }: SpikingConvertOptions,
  shape: Shape,
  log: (text: string) => void,
): Promise<TimedSamples | null> {
  if (calib === undefined) return null;
  return readTimedSamples({ ...files, input: calib }, shape, 0, files.timesteps, log);
}

/** What was asked for; else spikes, unless the calibration samples hold other numbers than these or counts of events. */
function inputKind(asked: string | undefined, calibration: TimedSamples | null): SpikingInputKind {
  const values = calibration?.values ?? new Float32Array(0);
  const isSpikes = calibration?.events || values.every((value) => value === 0 || value === 1);
  if (asked === "spikes" || (asked === undefined && isSpikes)) return { kind: "spikes" };
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { kind: "current", largest: largest > 0 ? largest : null };
}

/** By the quantizer asked for, else by the target's standard one, else in the general way. */
function lowerFor(
  target: Target,
  asked: string | undefined,
  graph: SpikingGraph,
  options: SpikingLoweringOptions,
): SpikingLowering {
  const { quantizers = [], name } = target;
  const quantizer = quantizers.find((one) => (asked === undefined ? one.standard : one.name === asked));
  if (quantizer !== undefined) return quantizeSpiking(graph, quantizer, options);
  if (asked === undefined) return lowerSpiking(graph, options);
  const known = quantizers.map((one) => one.name).join(", ");
  throw new SpikecError("SPK-0002", `${name} has no quantizer "${asked}"`, {
    advice: known === "" ? "Leave --quantizer out: this target has none." : `It has ${known}.`,
  });
}

/** Throws SPK-01xx to SPK-03xx: what cannot be read, imported or lowered. */
export async function convertSpiking(
  { terminal, compute }: Context,
  file: string,
  target: Target,
  options: SpikingConvertOptions,
): Promise<ConvertedSpiking> {
  const graph = { ...(await readSpikingGraph(file)), name: basename(file, extname(file)) };
  const { discretization, reason } = chooseDiscretization(graph, options);
  const calibration = await calibrationOf(options, inputShapeOf(graph), (text) => terminal.log(text));
  const timesteps = calibration?.timesteps ?? options.timesteps;
  const result = lowerFor(target, options.quantizer, graph, {
    discretization,
    timesteps,
    weightBits: options.weights,
    scales: options.perLayer ? "layer" : "channel",
    profile: profileOf(options),
    input: inputKind(options.input, calibration),
    readout: (options.readout as SpikingReadout | undefined) ?? null,
    rules: target.chip.rules,
    provenance: {
      version,
      modelHash: hashOf(await readBytes(file)),
      calibrationHash: calibration?.hash ?? "",
      options: optionPairs({ ...options, timesteps }, target.name),
    },
  });
  const measured = calibration && (await compute(() => measureNetwork(result.network, calibration)));
  if (measured?.silence) terminal.log(`warning: ${silenceText(measured.silence)}`);
  return { ...result, graph, discretization, reason, measured };
}

const span = ([low, high]: readonly [number, number], text: (value: number) => string): string =>
  low === high ? text(low) : `${text(low)}..${text(high)}`;

function rowOf(population: LoweredPopulation): string[] {
  const { name, type, neurons, weightSnr, threshold, unit, inputShift, decayError } = population;
  return [
    name,
    type,
    String(neurons),
    Number.isFinite(weightSnr) ? `${weightSnr.toFixed(1)} dB` : "exact",
    threshold === null ? "never" : span(threshold, String),
    span(unit, (value) => value.toPrecision(3)),
    String(inputShift),
    decayError === 0 ? "-" : decayError.toExponential(1),
  ];
}

/** One line a population, then, with calibration samples, the widths that the network needs. */
export function spikingTable(converted: ConvertedSpiking, target: Target): string {
  const { populations, measured, discretization, reason } = converted;
  const titles = ["population", "from", "neurons", "weights", "threshold", "unit", "shift", "decay error"];
  const time = `time: preset ${discretization.name}, dt ${discretization.dt} s (${reason})`;
  const widths = measured === null ? [] : ["", widthTable(measured.widths, target.chip.rules)];
  return [formatTable(titles, populations.map(rowOf)), ...widths, "", proseText(time)].join("\n");
}

/** The object of `convert --json`. */
export function spikingJson(
  file: string,
  output: string | null,
  target: Target,
  converted: ConvertedSpiking,
  fitting: Fitting,
) {
  const { network, populations, notes, measured, discretization, reason } = converted;
  return {
    model: basename(file),
    output,
    target: target.name,
    timesteps: network.timesteps,
    calibrationSamples: measured?.samples ?? 0,
    layers: populations.map((population) => ({
      ...population,
      weightSnr: Number.isFinite(population.weightSnr) ? population.weightSnr : null,
    })),
    discretization,
    reason,
    synops: measured?.synops ?? null,
    widths: { target: bitsOf(target.chip.rules), layers: measured?.widths ?? [] },
    silence: measured?.silence ?? null,
    notes,
    fit: fitJson(fitting),
  };
}
