/** One sample for people to look at: its picture, its spikes in every layer, some membranes, the classes it came near. */
import { sizeOf } from "../graph/graph.ts";
import {
  type IntegrateAndFirePopulation,
  isIntegrateAndFire,
  type Network,
  neverFires,
  parameterIndex,
  type Shape,
} from "../network/network.ts";
import { sampleShape } from "../network/shapes.ts";
import type { Events } from "../network/spikes.ts";
import type {
  ClassReading,
  LayerRaster,
  MembraneTrace,
  PixelMap,
  SampleFacts,
} from "../report/html/report-data.ts";
import { logitsOf } from "../simulate/classify.ts";
import { sampleInput } from "../simulate/encode.ts";
import type { Run } from "../simulate/reference.ts";

/** Lines of a raster; more neurons share them. */
const mostRows = 64;
const mostLayers = 32;
const tracedNeurons = 3;
const shownClasses = 5;
/** Longer runs are shown from their beginning. */
const mostSteps = 512;
const mostChannels = 16;
/** Pictures larger than this are not drawn. */
const mostPixels = 256 * 256;

export interface SampleToShow {
  readonly index: number;
  /** In the units of the network's input. */
  readonly values: ArrayLike<number>;
  readonly label: number | null;
  /** Logits of the float network; null: there is none. */
  readonly original: ArrayLike<number> | null;
  readonly originalClass: number | null;
  readonly integersClass: number;
  readonly why: string;
  /** With the membranes of the populations that can be shown. */
  readonly run: Run;
}

/** The first and last layers where there are too many. */
function shownLayers<Layer>(layers: readonly Layer[]): readonly Layer[] {
  if (layers.length <= mostLayers) return layers;
  return [...layers.slice(0, mostLayers / 2), ...layers.slice(-mostLayers / 2)];
}

function spikesOf({ neurons, values }: Events, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (let event = 0; event < neurons.length; event++)
    counts[neurons[event]] += Math.abs(values?.[event] ?? 1);
  return counts;
}

function rasterOf(layer: string, neurons: number, { offsets, neurons: fired }: Events): LayerRaster {
  const rows = Math.min(neurons, mostRows);
  const steps = Array.from({ length: Math.min(mostSteps, offsets.length - 1) }, (_, step) => {
    const counts = new Map<number, number>();
    for (let event = offsets[step]; event < offsets[step + 1]; event++) {
      const row = Math.floor((fired[event] * rows) / neurons);
      counts.set(row, (counts.get(row) ?? 0) + 1);
    }
    return [...counts].sort(([a], [b]) => a - b);
  });
  return { layer, neurons, rows, spikes: fired.length, steps };
}

/** The busiest neuron, the one in the middle of those that fire, and the first silent one. */
function interesting(counts: Float64Array): number[] {
  const firing = [...counts.keys()]
    .filter((i) => counts[i] > 0)
    .sort((a, b) => counts[b] - counts[a] || a - b);
  const silent = counts.indexOf(0);
  const chosen = [firing[0], firing[Math.floor(firing.length / 2)], silent].filter(
    (neuron) => neuron !== undefined && neuron >= 0,
  );
  return [...new Set(chosen)].slice(0, tracedNeurons);
}

/** Of a population that only integrates, the classes that came first. */
function leading(membrane: ArrayLike<number>): number[] {
  return Array.from(membrane, (value, neuron) => ({ value, neuron }))
    .sort((a, b) => b.value - a.value || a.neuron - b.neuron)
    .slice(0, tracedNeurons)
    .map(({ neuron }) => neuron);
}

function firedAt({ offsets, neurons }: Events, neuron: number): number[] {
  const steps: number[] = [];
  for (let step = 0; step + 1 < offsets.length && step < mostSteps; step++)
    for (let event = offsets[step]; event < offsets[step + 1]; event++)
      if (neurons[event] === neuron && steps.at(-1) !== step) steps.push(step);
  return steps;
}

function tracesOf(population: IntegrateAndFirePopulation, { train, membranes }: Run): MembraneTrace[] {
  const { name, law, shape } = population;
  const steps = membranes.get(name);
  const events = train.events.get(name);
  if (steps === undefined || steps.length === 0 || events === undefined) return [];
  const size = sizeOf(shape);
  const never = neverFires(population);
  const chosen = never ? leading(steps[steps.length - 1]) : interesting(spikesOf(events, size));
  return chosen.map((neuron) => ({
    layer: name,
    neuron,
    threshold: never ? null : law.threshold[parameterIndex(neuron, size, law.threshold.length)],
    membrane: steps.slice(0, mostSteps).map((membrane) => membrane[neuron]),
    fired: firedAt(events, neuron),
  }));
}

/** [channels, height, width] or a square; null: no picture. */
function pictureShape(shape: Shape): readonly [channels: number, height: number, width: number] | null {
  if (shape.length === 3) return shape[1] > 1 && shape[2] > 1 ? [shape[0], shape[1], shape[2]] : null;
  const side = Math.sqrt(sizeOf(shape));
  return shape.length === 1 && Number.isInteger(side) && side >= 4 ? [1, side, side] : null;
}

/** Values as pixels, the largest of all white; only the first channels. */
function pixelMap(
  title: string,
  shape: Shape,
  values: ArrayLike<number>,
  photograph: boolean,
): PixelMap | null {
  const form = pictureShape(shape);
  if (form === null || form[1] * form[2] > mostPixels) return null;
  const [all, height, width] = form;
  const channels = Math.min(all, mostChannels);
  const size = channels * height * width;
  let [low, high] = [0, 0];
  for (let i = 0; i < size; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  const scale = high > low ? 255 / (high - low) : 0;
  const pixels = Array.from({ length: size }, (_, i) => Math.round((values[i] - low) * scale));
  const more = all > channels ? `, ${channels} of ${all} channels` : "";
  return { title: title + more, channels, height, width, pixels, colour: photograph && all === 3 };
}

/** The sample, and what of it is spikes: the input's own, or those of the first layer where values enter as currents. */
function picturesOf(network: Network, { values, run }: SampleToShow): PixelMap[] {
  const input = sampleInput(network);
  const spiking = !["analog", "current"].includes(input.encoder.kind);
  const overTime = ["spikes", "current"].includes(input.encoder.kind);
  const shown = overTime ? null : pixelMap("sample", sampleShape(input), values, true);
  const layer = spiking ? input : network.populations.find((population) => !neverFires(population));
  const events = layer && run.train.events.get(layer.name);
  const counts = events ? spikesOf(events, sizeOf(layer.shape)) : null;
  const title = spiking ? "its spikes, counted" : `spikes of ${layer?.name}, the first layer, counted`;
  const spikes = layer && counts ? pixelMap(title, layer.shape, counts, false) : null;
  return [shown, spikes].filter((map) => map !== null);
}

function readingsOf(network: Network, sample: SampleToShow): ClassReading[] {
  const [reading] = sample.run.readings;
  const logits = logitsOf(network, reading, network.timesteps);
  return Array.from(logits, (spiking, label) => ({
    label,
    spiking,
    original: sample.original?.[label] ?? null,
  }))
    .sort((a, b) => b.spiking - a.spiking || a.label - b.label)
    .slice(0, shownClasses);
}

const mostValues = 64;

export function sampleFacts(network: Network, sample: SampleToShow): SampleFacts {
  const { index, label, originalClass, integersClass, why, run, values } = sample;
  const pictures = picturesOf(network, sample);
  const spiking = [
    ...network.inputs.filter(({ encoder }) => !["analog", "current"].includes(encoder.kind)),
    ...network.populations.filter((population) => !neverFires(population)),
  ];
  const plain = !["spikes", "current"].includes(sampleInput(network).encoder.kind) && pictures.length === 0;
  return {
    index,
    label,
    original: originalClass,
    integers: integersClass,
    why,
    pictures,
    values: plain && values.length <= mostValues ? Array.from(values) : [],
    readings: readingsOf(network, sample),
    steps: Math.min(mostSteps, run.train.steps),
    rasters: shownLayers(spiking).flatMap(({ name, shape }) => {
      const events = run.train.events.get(name);
      return events === undefined ? [] : [rasterOf(name, sizeOf(shape), events)];
    }),
    traces: shownLayers(network.populations.filter(isIntegrateAndFire)).flatMap((population) =>
      tracesOf(population, run),
    ),
  };
}
