/**
 * Bars for values by name (firing rates by layer, synapses by layer), and histograms, which are bars over ranges.
 */
import { formatTick, linearScale, niceTicks } from "./axis.ts";
import { element, fitText, label, line, type SvgElement, seriesClass, svgDocument } from "./svg.ts";

export interface Bar {
  readonly name: string;
  /** >= 0. */
  readonly value: number;
  /** Stands after the bar; the value where not given. */
  readonly text?: string;
}

export interface BarChart {
  readonly title: string;
  /** What the bars' lengths mean, with its unit. */
  readonly valueLabel: string;
  readonly bars: readonly Bar[];
}

const width = 900;
const left = 220;
const right = 790;
const top = 56;
const rowHeight = 24;

/** The picture as an SVG file: one line a bar, in the order given. */
export function barChartSvg({ title, valueLabel, bars }: BarChart): string {
  const largest = bars.reduce((most, { value }) => Math.max(most, value), 0) || 1;
  const x = linearScale(0, largest, left, right);
  const bottom = top + bars.length * rowHeight;
  const ticks = niceTicks(0, largest, 8);
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : 1;
  const children: SvgElement[] = [
    label(fitText(title, width - 40, 16), 20, 30, "title"),
    ...ticks.flatMap((tick) => [
      line(x(tick), top, x(tick), bottom, "grid"),
      label(formatTick(tick, step), x(tick), bottom + 16, "small", "middle"),
    ]),
    ...bars.flatMap((bar, index) => barRow(bar, top + index * rowHeight, x, step)),
    label(valueLabel, (left + right) / 2, bottom + 36, "text", "middle"),
  ];
  return svgDocument(width, bottom + 50, title, children);
}

function barRow(bar: Bar, y: number, x: (value: number) => number, step: number): SvgElement[] {
  const value = Number.isFinite(bar.value) ? Math.max(0, bar.value) : 0;
  const text = bar.text ?? formatTick(bar.value, step / 100);
  return [
    element("text", { x: left - 10, y: y + 16, class: "text", "text-anchor": "end" }, [
      element("title", {}, [bar.name]),
      fitText(bar.name, left - 30),
    ]),
    element("rect", {
      class: `${seriesClass(0)} bar`,
      x: left,
      y: y + 4,
      width: x(value) - left,
      height: rowHeight - 8,
    }),
    label(fitText(text, width - right - 10, 11), x(value) + 6, y + 16, "small"),
  ];
}

/** Bars of how many values lie in each of `bins` ranges of equal width; the largest value belongs to the last. */
export function histogramBars(values: ArrayLike<number>, bins: number): Bar[] {
  const finite = Array.from(values).filter(Number.isFinite);
  if (finite.length === 0) return [];
  const low = finite.reduce((least, value) => Math.min(least, value));
  const high = finite.reduce((most, value) => Math.max(most, value));
  const size = (high - low) / bins || 1;
  const counts = new Array<number>(bins).fill(0);
  for (const value of finite) counts[Math.min(bins - 1, Math.floor((value - low) / size))]++;
  return counts.map((value, bin) => ({
    name: `${formatTick(low + bin * size, size)} to ${formatTick(low + (bin + 1) * size, size)}`,
    value,
    text: `${value}`,
  }));
}
