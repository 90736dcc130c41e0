/**
 * Lines over a common axis: accuracy against T, with the original network as a dashed line.
 */
import { formatTick, linearScale, niceTicks } from "./axis.ts";
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

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Series {
  readonly name: string;
  /** Ascending by x. */
  readonly points: readonly Point[];
}

export interface LineChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** A dashed horizontal line: what the series are measured against. */
  readonly reference?: { readonly name: string; readonly y: number };
  /** log2: x in powers of two, all positive, with a tick at every x that occurs. */
  readonly xScale?: "linear" | "log2";
  /** y are fractions, shown in percent. */
  readonly percent?: boolean;
  /** The vertical axis begins at 0: lengths are compared, not only differences. */
  readonly fromZero?: boolean;
  /** Points alone: neighbours have nothing to do with one another. */
  readonly dots?: boolean;
  /** Pixels; default 340. */
  readonly plotHeight?: number;
}

const width = 900;
const left = 80;
const right = 870;
const top = 60;

/** The picture as an SVG file. Points that are not finite are left out. */
export function lineChartSvg(series: readonly Series[], chart: LineChart): string {
  const { elements, height } = lineChartElements(series, chart);
  return svgDocument(width, height, chart.title, elements);
}

/** The same as a part of a larger picture, 900 pixels wide. */
export function lineChartElements(
  series: readonly Series[],
  chart: LineChart,
): { readonly elements: readonly SvgElement[]; readonly height: number } {
  const bottom = top + (chart.plotHeight ?? 340);
  const drawn = series.map(({ name, points }) => ({
    name,
    points: points.filter((point) => isDrawable(chart, point)),
  }));
  const points = drawn.flatMap((one) => one.points);
  const references = chart.reference && Number.isFinite(chart.reference.y) ? [chart.reference] : [];
  const horizontal = horizontalAxis(
    chart,
    bottom,
    points.map(({ x }) => x),
  );
  const vertical = verticalAxis(
    chart,
    bottom,
    [...points, ...references].map(({ y }) => y),
  );
  const keys = legend(drawn, references, bottom, chart.dots ?? false);
  const elements = [
    label(fitText(chart.title, width - 40, 16), 20, 30, "title"),
    ...vertical.elements,
    ...horizontal.elements,
    ...references.map(({ y }) => line(left, vertical.scale(y), right, vertical.scale(y), "reference")),
    ...drawn.flatMap(({ points }, index) =>
      chart.dots
        ? dots(points, index, drawn.length, horizontal.scale, vertical.scale)
        : curve(points, index, horizontal.scale, vertical.scale),
    ),
    ...keys.elements,
  ];
  return { elements, height: bottom + 60 + keys.height };
}

function isDrawable(chart: LineChart, { x, y }: Point): boolean {
  return Number.isFinite(x) && Number.isFinite(y) && (chart.xScale !== "log2" || x > 0);
}

interface Axis {
  readonly scale: (value: number) => number;
  readonly elements: readonly SvgElement[];
}

function horizontalAxis(chart: LineChart, bottom: number, values: readonly number[]): Axis {
  const position = chart.xScale === "log2" ? Math.log2 : (value: number) => value;
  const [low, high] = rangeOf(values);
  const linear = linearScale(position(low), position(high), left + 20, right - 20);
  const scale = (value: number) => linear(position(value));
  const ticks =
    chart.xScale === "log2" ? [...new Set(values)].sort((a, b) => a - b) : niceTicks(low, high, 10);
  const step = chart.xScale === "log2" || ticks.length < 2 ? 1 : ticks[1] - ticks[0];
  const roomy = spaced(ticks, scale, 36);
  return {
    scale,
    elements: [
      line(left, bottom, right, bottom, "axis"),
      ...roomy.flatMap((tick) => [
        line(scale(tick), bottom, scale(tick), bottom + 5, "axis"),
        label(formatTick(tick, step), scale(tick), bottom + 18, "small", "middle"),
      ]),
      label(chart.xLabel, (left + right) / 2, bottom + 38, "text", "middle"),
    ],
  };
}

/** Those ticks whose labels do not touch: each at least `distance` pixels from the one before. */
function spaced(ticks: readonly number[], scale: (value: number) => number, distance: number): number[] {
  const kept: number[] = [];
  for (const tick of ticks) {
    const last = kept.at(-1);
    if (last === undefined || scale(tick) - scale(last) >= distance) kept.push(tick);
  }
  return kept;
}

function verticalAxis(chart: LineChart, bottom: number, values: readonly number[]): Axis {
  const factor = chart.percent ? 100 : 1;
  const [smallest, largest] = rangeOf(values.map((value) => value * factor));
  const margin = (largest - smallest) * 0.08 || Math.abs(largest) * 0.05 || 1;
  const low = chart.fromZero ? Math.min(0, smallest) : smallest - margin;
  const high = chart.percent ? Math.min(100, largest + margin) : largest + margin;
  const inPixels = linearScale(low, Math.max(high, largest), bottom, top);
  const ticks = niceTicks(low, Math.max(high, largest), 8);
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : 1;
  const unit = chart.percent ? " %" : "";
  const middle = (top + bottom) / 2;
  return {
    scale: (value) => inPixels(value * factor),
    elements: [
      ...ticks.flatMap((tick) => [
        line(left, inPixels(tick), right, inPixels(tick), "grid"),
        label(`${formatTick(tick, step)}${unit}`, left - 8, inPixels(tick) + 4, "small", "end"),
      ]),
      element(
        "text",
        { class: "text", "text-anchor": "middle", transform: `translate(20 ${middle}) rotate(-90)` },
        [chart.yLabel],
      ),
    ],
  };
}

function rangeOf(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [values[0], values[0]],
  );
}

function curve(
  points: readonly Point[],
  index: number,
  x: (value: number) => number,
  y: (value: number) => number,
): SvgElement[] {
  const style = seriesClass(index);
  const at = points.map((point) => `${formatNumber(x(point.x))} ${formatNumber(y(point.y))}`);
  const path = element("path", { class: `${style} curve`, d: at.length > 0 ? `M${at.join("L")}` : "" });
  const circles = points.map((point) =>
    element("circle", { class: style, cx: x(point.x), cy: y(point.y), r: 3.5 }),
  );
  return [path, ...circles];
}

/** The later the series, the smaller its points: those below others show as rings. */
function dots(
  points: readonly Point[],
  index: number,
  count: number,
  x: (value: number) => number,
  y: (value: number) => number,
): SvgElement[] {
  const r = 2.5 + Math.min(count - 1 - index, 4) * 1.4;
  return points.map((point) =>
    element("circle", { class: seriesClass(index), cx: x(point.x), cy: y(point.y), r }),
  );
}

/** Names below the chart, in two columns: any number of them fits, and none covers a line. */
function legend(
  series: readonly Series[],
  references: readonly { readonly name: string }[],
  bottom: number,
  round: boolean,
) {
  const entries = [
    ...series.map(({ name }, index) => ({ name, style: `${seriesClass(index)} curve` })),
    ...references.map(({ name }) => ({ name, style: "reference" })),
  ];
  const columnWidth = (right - left) / 2;
  const elements = entries.flatMap(({ name, style }, index) => {
    const x = left + (index % 2) * columnWidth;
    const y = bottom + 66 + Math.floor(index / 2) * 20;
    const key =
      round && index < series.length
        ? element("circle", { class: seriesClass(index), cx: x + 13, cy: y - 4, r: 5 })
        : line(x, y - 4, x + 26, y - 4, style);
    return [key, label(fitText(name, columnWidth - 44), x + 34, y)];
  });
  return { elements, height: Math.ceil(entries.length / 2) * 20 };
}
