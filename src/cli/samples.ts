/** Sample and label files, matched to what a network takes and gives. */
import { basename } from "node:path";
import { isNpy, readNpy } from "../data/npy.ts";
import { checkValues, type NumberArray } from "../data/number-array.ts";
import {
  firstSamples,
  matchSamples,
  matchSamplesOverTime,
  matchSpikeSamples,
  type Samples,
} from "../data/samples.ts";
import { SpikecError } from "../errors/error.ts";
import { type Graph, sizeOf } from "../graph/graph.ts";
import type { Network } from "../network/network.ts";
import { sampleShape } from "../network/shapes.ts";
import { sampleInput } from "../simulate/encode.ts";
import { provenanceOption } from "./boards/place-network.ts";
import { hashOf, readBytes } from "./files.ts";
import type { EventInput, EventOptions } from "./native/event-samples.ts";
import type { Terminal } from "./terminal.ts";

/** Samples in network-input units: file value / input scale. */
export interface ScaledSamples {
  readonly count: number;
  /** [count, ...shape] */
  readonly values: Float32Array;
  /** Whether the file holds integers. */
  readonly integers: boolean;
  readonly labels: Int32Array | null;
  /** SHA-256 of the file of samples. */
  readonly hash: string;
}

export interface SampleFiles extends EventOptions {
  readonly input: string;
  readonly labels?: string | undefined;
  /** Default: that of the network, where the file holds whole numbers; else 1. */
  readonly inputScale?: number | undefined;
  readonly limit?: number | undefined;
}

/** A network of one output says yes or no. */
const classesOf = (outputs: number) => Math.max(2, outputs);

async function labelsOf(file: string, samples: number, outputs: number): Promise<Int32Array> {
  const { checkLabelClasses, checkLabelCount, readLabels } = await import("../data/labels.ts");
  const labels = readLabels(await readBytes(file), file);
  checkLabelCount(labels, samples, file);
  checkLabelClasses(labels, classesOf(outputs), file);
  return labels;
}

/** Most files are .npy, and need none of what reads archives and text. */
export async function arrayOf(bytes: Uint8Array, file: string): Promise<NumberArray> {
  if (isNpy(bytes)) return checkValues(readNpy(bytes, file), file);
  const { readArray } = await import("../data/read-array.ts");
  return readArray(bytes, file);
}

/** Of a .snn.yaml, the samples are what it feeds itself. */
async function sampleBytes(path: string): Promise<Uint8Array> {
  if (!/\.ya?ml$/i.test(path)) return readBytes(path);
  return (await import("./native/stimulus-samples.ts")).stimulusBytes(path);
}

/**
 * Samples as `match` finds them in the file, with labels for `outputs` classes. Throws SPK-06xx and SPK-0901.
 * usualScale: what whole numbers are divided by where the files do not say.
 */
export async function readSamples(
  files: SampleFiles,
  outputs: number,
  match: (array: NumberArray) => Samples,
  usualScale = 1,
): Promise<ScaledSamples> {
  const bytes = await sampleBytes(files.input);
  const samples = match(await arrayOf(bytes, files.input));
  const labels = files.labels === undefined ? null : await labelsOf(files.labels, samples.count, outputs);
  const first = firstSamples(samples, files.limit ?? samples.count);
  const integers = !samples.dtype.startsWith("float");
  const scale = files.inputScale ?? (integers ? usualScale : 1);
  return {
    count: first.count,
    values: Float32Array.from(first.data, (value) => value / scale),
    integers,
    labels: labels?.subarray(0, first.count) ?? null,
    hash: hashOf(bytes),
  };
}

/** The same from events, where the files hold those; null where they do not. @param events what the network takes of them */
export async function samplesOfEvents(
  files: SampleFiles,
  outputs: number,
  events: EventInput | null,
  log: (text: string) => void,
): Promise<ScaledSamples | null> {
  const { input, inputScale = 1, limit } = files;
  // Most samples are arrays, and need nothing of what reads events.
  const asked = [files.binWidth, files.steps, files.crop, files.pool, files.binary];
  if (/\.(np[yz]|csv)$/i.test(input) && asked.every((option) => option === undefined)) return null;
  const { holdsEvents, leftOutText, readEventSamples } = await import("./native/event-samples.ts");
  if (!holdsEvents(input, files)) return null;
  if (events === null) {
    const advice = "Events go into networks of spikes over time, converted from .nir or .snn.yaml files.";
    throw new SpikecError("SPK-0613", "the network takes values, not events", { where: input, advice });
  }
  const read = await readEventSamples(input, files, events, limit);
  const labels = files.labels === undefined ? null : await labelsOf(files.labels, read.total, outputs);
  const note = leftOutText(input, read);
  if (note !== null) log(note);
  return {
    count: read.count,
    values: inputScale === 1 ? read.values : read.values.map((value) => value / inputScale),
    integers: true,
    labels: labels?.subarray(0, read.count) ?? null,
    hash: read.hash,
  };
}

/** Samples for a float Graph. Throws SPK-06xx and SPK-0901. */
export async function readGraphSamples(files: SampleFiles, graph: Graph): Promise<ScaledSamples> {
  const [input] = graph.nodes;
  const output = graph.nodes.find(({ name }) => name === graph.output)!;
  await samplesOfEvents(files, sizeOf(output.shape), null, () => {});
  const match = (array: NumberArray) => matchSamples(array, input.shape, files.input);
  return readSamples(files, sizeOf(output.shape), match);
}

/** How whole numbers were divided when the network was converted, and what to say where they now are, or are not. */
function scaleOf(
  network: Network,
  { input, inputScale }: SampleFiles,
): { usual: number; note: string | null } {
  const usual = Number(provenanceOption(network, "inputScale") ?? inputScale ?? 1);
  if (usual === (inputScale ?? 1)) return { usual, note: null };
  const file = basename(input);
  const note =
    inputScale === undefined
      ? `note: ${file} holds integers: divided by ${usual}, as ${network.name} was converted (--input-scale)`
      : `note: ${file} holds integers, and ${network.name} was converted with --input-scale ${usual}; give it here, too`;
  return { usual, note };
}

/**
 * Samples for a Network: values, or spikes over time where its encoder takes those. Whole numbers are divided as the network
 * remembers it, unless the files say otherwise. Throws SPK-06xx and SPK-0901.
 */
export async function readNetworkSamples(
  files: SampleFiles,
  network: Network,
  terminal: Terminal,
): Promise<ScaledSamples> {
  const input = sampleInput(network);
  const readout = network.populations.find(({ name }) => name === network.readout.population)!;
  const overTime = input.encoder.kind === "spikes" || input.encoder.kind === "current";
  const taken = overTime ? { shape: input.shape, steps: network.timesteps } : null;
  const log = (text: string) => terminal.log(text);
  const events = await samplesOfEvents(files, sizeOf(readout.shape), taken, log);
  if (events !== null) return events;
  const match = (array: NumberArray) => {
    if (input.encoder.kind === "spikes") return matchSpikeSamples(array, input.shape, files.input);
    if (input.encoder.kind === "current") return matchSamplesOverTime(array, input.shape, files.input);
    return matchSamples(array, sampleShape(input), files.input);
  };
  const { usual, note } = scaleOf(network, files);
  const samples = await readSamples(files, sizeOf(readout.shape), match, usual);
  if (samples.integers && note !== null) terminal.log(note);
  return samples;
}

/** The network for as many steps as its samples last, where they say: files of spikes or currents over time. */
export function forTimeOf(network: Network, samples: ScaledSamples): Network {
  const { encoder, shape } = sampleInput(network);
  if (encoder.kind !== "spikes" && encoder.kind !== "current") return network;
  const timesteps = samples.values.length / samples.count / sizeOf(shape);
  return timesteps === network.timesteps ? network : { ...network, timesteps };
}
