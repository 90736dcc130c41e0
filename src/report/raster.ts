/**
 * The spike raster of one sample: layers one below the other, time from left to right, a mark for every spike. Where a
 * layer has more neurons than pixels, neighbours share a line whose marks are the stronger the more of them spike, so that
 * a picture stays small whatever the network.
 */
import { type Events, type SpikeTrain, stepsOf } from "../network/spikes.ts";
import { linearScale, niceTicks } from "./axis.ts";
import {
  element,
  fitText,
  formatNumber,
  label,
  line,
  type SvgElement,
  seriesClass,
  svgDocument,
} from "./svg.ts";

export interface DrawnLayer {
  /** Name in the SpikeTrain. */
  readonly name: string;
  readonly neurons: number;
}

export interface RasterText {
  readonly title: string;
  /** A line below the title: label and reading of the sample, for example. */
  readonly subtitle?: string;
}

const width = 900;
const plotLeft = 190;
const plotRight = 790;
const gap = 18;
const tallest = 200;
const lowest = 36;
/** Layers of up to this many neurons get a line of text each: the classes of a readout. */
const mostLabelled = 16;
/** Strengths of marks. */
const levels = 4;

/** The picture as an SVG file. Layers stand in the order given; those that the train did not record are left out. */
export function rasterSvg(train: SpikeTrain, layers: readonly DrawnLayer[], text: RasterText): string {
  const { title, subtitle } = text;
  const shown = layers.filter(({ name }) => train.events.has(name));
  const x = linearScale(0, Math.max(1, train.steps), plotLeft, plotRight);
  const children: SvgElement[] = [label(fitText(title, width - 40, 16), 20, 30, "title")];
  if (subtitle !== undefined) children.push(label(fitText(subtitle, width - 40), 20, 50));
  let top = 70;
  const ticks = niceTicks(0, train.steps, 10);
  shown.forEach((layer, index) => {
    const height = panelHeight(layer.neurons);
    children.push(...panel(layer, train.events.get(layer.name)!, seriesClass(index), top, height, x));
    top += height + gap;
  });
  const bottom = top - gap + 4;
  children.push(...timeAxis(ticks, x, bottom));
  return svgDocument(width, bottom + 48, title, children);
}

function panelHeight(size: number): number {
  if (size <= mostLabelled) return Math.max(lowest, size * 14);
  return Math.min(tallest, Math.max(lowest, size * 2.5));
}

function panel(
  { name, neurons: size }: DrawnLayer,
  events: Events,
  style: string,
  top: number,
  height: number,
  x: (step: number) => number,
): SvgElement[] {
  const spikes = spikesPerNeuron(events, size);
  const total = spikes.reduce((sum, count) => sum + count, 0);
  const middle = top + height / 2;
  const parts = [
    element("rect", { class: "panel", x: plotLeft, y: top, width: plotRight - plotLeft, height }),
    element("text", { x: 20, y: middle - 2, class: "text" }, [
      element("title", {}, [name]),
      fitText(name, plotLeft - (size <= mostLabelled ? 50 : 30)),
    ]),
    label(`${size} ${size === 1 ? "neuron" : "neurons"}`, 20, middle + 13, "small"),
    ...marks(events, size, top, height, x).flatMap((path, level) =>
      path === ""
        ? []
        : [element("path", { class: `${style} marks`, "fill-opacity": (level + 1) / levels, d: path })],
    ),
  ];
  if (size > mostLabelled) {
    parts.push(label(`${total} ${total === 1 ? "spike" : "spikes"}`, plotRight + 10, middle + 4, "small"));
    return parts;
  }
  const rowHeight = height / size;
  spikes.forEach((count, neuron) => {
    const y = top + (neuron + 0.5) * rowHeight + 4;
    parts.push(label(`${neuron}`, plotLeft - 6, y, "small", "end"));
    parts.push(label(`${count}`, plotRight + 10, y, "small"));
  });
  return parts;
}

/** Spikes of every neuron over the run; graded events count as one. */
function spikesPerNeuron(events: Events, size: number): number[] {
  const counts = new Array<number>(size).fill(0);
  for (const neuron of events.neurons) if (neuron < size) counts[neuron]++;
  return counts;
}

/**
 * One path a strength, weakest first, of small rectangles: M to the corner, across, down, back. The strength of a mark is
 * the share of its line's neurons that spike, against the largest such share of the layer.
 */
function marks(
  events: Events,
  size: number,
  top: number,
  height: number,
  x: (step: number) => number,
): string[] {
  const rows = Math.min(size, Math.floor(height));
  const rowHeight = height / rows;
  const markHeight = rowHeight > 4 ? Math.min(rowHeight * 0.7, 10) : rowHeight;
  const cell = x(1) - x(0);
  const markWidth = Math.max(1, Math.min(cell * 0.7, 14));
  const [w, h] = [formatNumber(markWidth), formatNumber(markHeight)];
  const counts = countSpikes(events, size, rows);
  const most = counts.reduce((largest, count) => Math.max(largest, count), 1);
  const paths = Array.from({ length: levels }, () => [] as string[]);
  counts.forEach((count, index) => {
    if (count === 0) return;
    const left = x(Math.floor(index / rows)) + (cell - markWidth) / 2;
    const y = top + (index % rows) * rowHeight + (rowHeight - markHeight) / 2;
    const level = Math.ceil((count * levels) / most) - 1;
    paths[level].push(`M${formatNumber(left)} ${formatNumber(y)}h${w}v${h}h-${w}z`);
  });
  return paths.map((path) => path.join(""));
}

/** Events by [step][row], a row being one neuron or several neighbours. */
function countSpikes(events: Events, size: number, rows: number): Uint32Array {
  const steps = stepsOf(events);
  const counts = new Uint32Array(steps * rows);
  for (let step = 0; step < steps; step++) {
    for (let index = events.offsets[step]; index < events.offsets[step + 1]; index++) {
      const neuron = events.neurons[index];
      if (neuron < size) counts[step * rows + Math.floor((neuron * rows) / size)]++;
    }
  }
  return counts;
}

function timeAxis(ticks: readonly number[], x: (step: number) => number, y: number): SvgElement[] {
  return [
    line(plotLeft, y, plotRight, y, "axis"),
    ...ticks
      .filter(Number.isInteger)
      .flatMap((tick) => [
        line(x(tick), y, x(tick), y + 5, "axis"),
        label(`${tick}`, x(tick), y + 18, "small", "middle"),
      ]),
    label("timestep", (plotLeft + plotRight) / 2, y + 36, "text", "middle"),
  ];
}
