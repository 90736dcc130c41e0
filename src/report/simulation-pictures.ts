/**
 * All pictures of one simulated sample, whatever simulated it, floats or integers: the raster of all spikes, inputs and
 * membranes over time, spikes by neuron, and how much each neuron gives for what it is given.
 */
import type { Events } from "../network/spikes.ts";
import { barChartSvg, histogramBars } from "./bars.ts";
import { lineChartSvg, type Series } from "./line-chart.ts";
import { rasterSvg } from "./raster.ts";
import { type TracePanel, traceChartSvg } from "./trace-chart.ts";

/** Values of each step, [steps, neurons]. */
export type Recorded = ArrayLike<number>;

export interface RecordedInput {
  readonly name: string;
  readonly neurons: number;
  readonly values: Recorded;
}

export interface RecordedLayer {
  readonly name: string;
  readonly neurons: number;
  /** Spikes, or how many; null: it never fires. */
  readonly spikes: Recorded | null;
  /** null: not recorded. */
  readonly membranes: Recorded | null;
  /** One for all neurons, or one each; null: it never fires. */
  readonly thresholds: ArrayLike<number> | null;
  /** What each neuron was given, a step on average; null: not known. */
  readonly drives: ArrayLike<number> | null;
}

export interface RecordedSample {
  readonly title: string;
  readonly steps: number;
  readonly inputs: readonly RecordedInput[];
  readonly layers: readonly RecordedLayer[];
  /** What drives count: "input", or "input in thresholds". */
  readonly driveLabel: string;
}

/** Neurons of a layer whose membranes are drawn, and panels of a picture. */
const mostTraces = 4;
const mostPanels = 8;
/** Neurons that get a bar each; of more, the counts are counted. */
const mostBars = 40;
const histogramBins = 20;
/** Points of a layer in the transfer curve. */
const mostPoints = 400;

/** SVG files by name. Pictures of which the sample has nothing are left out. */
export function simulationPictures(sample: RecordedSample): Map<string, string> {
  return new Map([["raster.svg", raster(sample)], ...statePictures(sample)]);
}

/** The same without the raster, which whoever has events draws from those. */
export function statePictures(sample: RecordedSample): Map<string, string> {
  const pictures = new Map<string, string>();
  const panels = panelsOf(sample);
  if (panels.length > 0)
    pictures.set("membranes.svg", traceChartSvg(panels, { title: sample.title, steps: sample.steps }));
  const counted = sample.layers.findLast(({ spikes }) => spikes !== null);
  if (counted !== undefined) pictures.set("counts.svg", counts(sample, counted));
  const series = transferSeries(sample);
  if (series.length > 0) pictures.set("transfer.svg", transfer(sample, series));
  return pictures;
}

/** Inputs that hold whole numbers are spikes. */
function raster({ title, steps, inputs, layers }: RecordedSample): string {
  const spiking = inputs.filter(({ values }) => Array.prototype.every.call(values, isCount));
  const shown = [
    ...spiking.map(({ name, neurons, values }) => ({ name, neurons, spikes: values })),
    ...layers.flatMap(({ name, neurons, spikes }) => (spikes === null ? [] : [{ name, neurons, spikes }])),
  ];
  const events = new Map(shown.map(({ name, neurons, spikes }) => [name, eventsOf(spikes, neurons, steps)]));
  return rasterSvg({ steps, events }, shown, { title });
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;

function eventsOf(spikes: Recorded, neurons: number, steps: number): Events {
  const fired: number[] = [];
  const offsets = new Uint32Array(steps + 1);
  for (let step = 0; step < steps; step++) {
    for (let neuron = 0; neuron < neurons; neuron++)
      if (spikes[step * neurons + neuron] !== 0) fired.push(neuron);
    offsets[step + 1] = fired.length;
  }
  return { offsets, neurons: Uint32Array.from(fired), values: null };
}

function panelsOf({ inputs, layers, steps }: RecordedSample): TracePanel[] {
  const fed = inputs.map(({ name, neurons, values }): TracePanel => {
    const drawn = mostActive(values, neurons, steps);
    const spikes = Array.prototype.every.call(values, (value) => value === 0 || value === 1) ? values : null;
    const traces = drawn.map((neuron) => ({
      name: neurons === 1 ? "input" : `neuron ${neuron}`,
      values: columnOf(values, neurons, neuron, steps),
      spikes: spikes && columnOf(spikes, neurons, neuron, steps),
      threshold: null,
    }));
    return {
      title: headline(name, neurons, drawn.length),
      traces,
      form: spikes === null ? "stairs" : "marks",
    };
  });
  const states = layers.flatMap(({ name, neurons, membranes, spikes, thresholds }): TracePanel[] => {
    if (membranes === null) return [];
    const drawn = mostActive(spikes ?? membranes, neurons, steps);
    const traces = drawn.map((neuron) => ({
      name: neurons === 1 ? "membrane" : `neuron ${neuron}`,
      values: columnOf(membranes, neurons, neuron, steps),
      spikes: spikes && columnOf(spikes, neurons, neuron, steps),
      threshold: thresholds?.[thresholds.length === 1 ? 0 : neuron] ?? null,
    }));
    return [{ title: `${headline(name, neurons, drawn.length)}: membrane`, traces, form: "line" }];
  });
  return states.length === 0 ? [] : [...fed, ...states].slice(0, mostPanels);
}

const headline = (name: string, neurons: number, drawn: number): string =>
  neurons === drawn ? name : `${name} (${drawn} of ${neurons} neurons: those that do most)`;

/** What one neuron did. */
function columnOf(recorded: Recorded, neurons: number, neuron: number, steps: number): Float64Array {
  return Float64Array.from({ length: steps }, (_, step) => recorded[step * neurons + neuron]);
}

/** In ascending order; of equals the first. */
function mostActive(values: Recorded, neurons: number, steps: number): number[] {
  const sums = new Float64Array(neurons);
  for (let i = 0; i < steps * neurons; i++) sums[i % neurons] += Math.abs(values[i]);
  const order = Array.from(sums.keys()).sort((a, b) => sums[b] - sums[a] || a - b);
  return order.slice(0, mostTraces).sort((a, b) => a - b);
}

function totals({ spikes, neurons }: RecordedLayer, steps: number): Float64Array {
  const sums = new Float64Array(neurons);
  for (let i = 0; i < steps * neurons; i++) sums[i % neurons] += spikes![i];
  return sums;
}

function counts({ title, steps }: RecordedSample, layer: RecordedLayer): string {
  const spikes = totals(layer, steps);
  if (layer.neurons > mostBars)
    return barChartSvg({
      title: `${title}: spikes by neuron of ${layer.name}`,
      valueLabel: "neurons with so many spikes",
      bars: histogramBars(spikes, histogramBins),
    });
  return barChartSvg({
    title: `${title}: spikes by neuron of ${layer.name}`,
    valueLabel: `spikes in ${steps} steps`,
    bars: Array.from(spikes, (value, neuron) => ({ name: `neuron ${neuron}`, value, text: `${value}` })),
  });
}

/** Of each layer: what its neurons were given against what they gave, ascending. */
function transferSeries({ layers, steps }: RecordedSample): Series[] {
  return layers.flatMap((layer): Series[] => {
    const { drives, spikes, name, neurons } = layer;
    if (drives === null || spikes === null || neurons < 2) return [];
    const sums = totals(layer, steps);
    const points = Array.from(sums, (sum, neuron) => ({ x: drives[neuron], y: sum / steps }));
    points.sort((a, b) => a.x - b.x || a.y - b.y);
    const every = Math.ceil(points.length / mostPoints);
    return [{ name, points: points.filter((_, index) => index % every === 0) }];
  });
}

function transfer({ title, driveLabel }: RecordedSample, series: readonly Series[]): string {
  return lineChartSvg(series, {
    title: `${title}: transfer`,
    xLabel: `${driveLabel}, a step on average`,
    yLabel: "spikes a step",
    dots: true,
  });
}
