/**
 * What neurons do over time, in panels one below the other on a common axis: inputs, membranes with their thresholds as dashed
 * lines, and above each panel a mark for every spike of its neurons.
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

export interface Trace {
  /** Beside the panel: "neuron 3". */
  readonly name: string;
  /** One a step. */
  readonly values: ArrayLike<number>;
  /** Spikes of each step; null: nothing that fires. */
  readonly spikes: ArrayLike<number> | null;
  /** A dashed line; null: none. */
  readonly threshold: number | null;
}

export interface TracePanel {
  /** Above the panel. */
  readonly title: string;
  readonly traces: readonly Trace[];
  /**
   * line: values at the ends of steps (membranes). stairs: a value holds for its whole step (currents). marks: nothing but
   * the spikes.
   */
  readonly form: "line" | "stairs" | "marks";
}

const width = 900;
const left = 80;
const right = 790;
const head = 62;
const titleHeight = 24;
const plotHeight = 130;
const markHeight = 9;
const gap = 22;
/** Points of a curve beyond which neighbours are drawn as the range that they cover. */
const mostPoints = 1500;

/** The picture as an SVG file. All traces have `steps` values; step 0 is the first. */
export function traceChartSvg(
  panels: readonly TracePanel[],
  { title, steps }: { readonly title: string; readonly steps: number },
): string {
  const x = linearScale(0, Math.max(1, steps), left, right);
  const children: SvgElement[] = [label(fitText(title, width - 40, 16), 20, 30, "title")];
  let top = head;
  for (const panel of panels) {
    const { elements, bottom } = drawPanel(panel, steps, top, x);
    children.push(...elements);
    top = bottom + gap;
  }
  const bottom = top - gap + 2;
  return svgDocument(width, bottom + 48, title, [...children, ...timeAxis(steps, x, bottom)]);
}

function drawPanel(
  panel: TracePanel,
  steps: number,
  start: number,
  x: (step: number) => number,
): { elements: SvgElement[]; bottom: number } {
  const marksTop = start + titleHeight - 8;
  const rows = panel.traces.map(
    ({ spikes }) => spikes !== null && Array.prototype.some.call(spikes, Boolean),
  );
  const marked = panel.traces.flatMap((trace, index) => (rows[index] ? [{ trace, index }] : []));
  const marks = marked.flatMap(({ trace, index }, row) =>
    drawSpikes(trace.spikes!, seriesClass(index), steps, marksTop + row * markHeight, panel.form, x),
  );
  const top = marksTop + marked.length * markHeight + (marked.length > 0 ? 4 : 0);
  const title = element("text", { x: left, y: start + 8, class: "text" }, [
    element("title", {}, [panel.title]),
    fitText(panel.title, right - left),
  ]);
  if (panel.form === "marks") return { elements: [title, ...marks, ...legend(panel, marksTop)], bottom: top };
  const bottom = top + plotHeight;
  const y = verticalScale(panel, top, bottom);
  const draw = panel.form === "stairs" ? stairs : curve;
  const elements = [
    title,
    element("rect", { class: "panel", x: left, y: top, width: right - left, height: plotHeight }),
    ...y.elements,
    ...thresholdLines(panel, y.scale),
    ...panel.traces.map(({ values }, index) =>
      element("path", { class: `${seriesClass(index)} curve`, d: draw(values, steps, x, y.scale) }),
    ),
    ...marks,
    ...legend(panel, top),
  ];
  return { elements, bottom };
}

/** One for all where they are the same, else each in the colour of its trace. */
function thresholdLines({ traces }: TracePanel, scale: (value: number) => number): SvgElement[] {
  const common = commonThreshold(traces);
  if (common !== null) return [line(left, scale(common), right, scale(common), "reference")];
  return traces.flatMap(({ threshold }, index) => {
    if (threshold === null) return [];
    const y = scale(threshold);
    const style = `${seriesClass(index)} curve`;
    return [element("line", { x1: left, y1: y, x2: right, y2: y, class: style, "stroke-dasharray": "6 4" })];
  });
}

function commonThreshold(traces: readonly Trace[]): number | null {
  const [first = null] = traces.map(({ threshold }) => threshold);
  return traces.every(({ threshold }) => threshold === first) ? first : null;
}

/** What comes in acts during its step; a neuron fires at the end of one. */
function drawSpikes(
  spikes: ArrayLike<number>,
  style: string,
  steps: number,
  top: number,
  form: TracePanel["form"],
  x: (step: number) => number,
): SvgElement[] {
  const offset = form === "marks" ? 0.5 : 1;
  const marks: string[] = [];
  for (let step = 0; step < steps; step++)
    if (spikes[step] !== 0)
      marks.push(`M${formatNumber(x(step + offset))} ${formatNumber(top)}v${markHeight - 2}`);
  return [element("path", { class: `${style} curve`, d: marks.join("") })];
}

interface Scale {
  readonly scale: (value: number) => number;
  readonly elements: readonly SvgElement[];
}

function verticalScale({ traces }: TracePanel, top: number, bottom: number): Scale {
  let [low, high] = [0, 0];
  for (const values of traces.flatMap(({ values, threshold }) => [values, [threshold ?? 0]]))
    for (let i = 0; i < values.length; i++) {
      if (values[i] < low) low = values[i];
      if (values[i] > high) high = values[i];
    }
  const margin = (high - low) * 0.06 || 1;
  const scale = linearScale(
    low - (low < 0 ? margin : 0),
    high + (high > 0 || low === 0 ? margin : 0),
    bottom,
    top,
  );
  const ticks = niceTicks(low, high + (high === low ? 1 : 0), 4);
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : 1;
  const elements = ticks.flatMap((tick) => [
    line(left, scale(tick), right, scale(tick), "grid"),
    label(formatTick(tick, step), left - 8, scale(tick) + 4, "small", "end"),
  ]);
  return { scale, elements };
}

/** What a state is after step t stands at t + 1, where the step ends. */
function curve(
  values: ArrayLike<number>,
  steps: number,
  x: (step: number) => number,
  y: (value: number) => number,
): string {
  const points: string[] = [];
  const add = (step: number, value: number) =>
    points.push(`${formatNumber(x(step + 1))} ${formatNumber(y(value))}`);
  const bucket = Math.ceil(steps / mostPoints);
  for (let start = 0; start < steps; start += bucket) {
    let [low, high] = [values[start], values[start]];
    for (let step = start; step < Math.min(steps, start + bucket); step++) {
      low = Math.min(low, values[step]);
      high = Math.max(high, values[step]);
    }
    add(start, low);
    if (bucket > 1) add(start, high);
  }
  return points.length === 0 ? "" : `M${points.join("L")}`;
}

/** Only where the value changes: inputs are constant for long. */
function stairs(
  values: ArrayLike<number>,
  steps: number,
  x: (step: number) => number,
  y: (value: number) => number,
): string {
  if (steps > mostPoints) return curve(values, steps, x, y);
  const parts: string[] = [];
  for (let step = 0; step < steps; step++) {
    if (step === 0) parts.push(`M${formatNumber(x(0))} ${formatNumber(y(values[0]))}`);
    else if (values[step] !== values[step - 1])
      parts.push(`H${formatNumber(x(step))}V${formatNumber(y(values[step]))}`);
  }
  return steps === 0 ? "" : `${parts.join("")}H${formatNumber(x(steps))}`;
}

function legend({ traces }: TracePanel, top: number): SvgElement[] {
  const entries = [
    ...traces.map(({ name }, index) => ({ name, style: `${seriesClass(index)} curve` })),
    ...(commonThreshold(traces) === null ? [] : [{ name: "threshold", style: "reference" }]),
  ];
  return entries.flatMap(({ name, style }, index) => {
    const y = top + 12 + index * 18;
    return [
      line(right + 10, y - 4, right + 28, y - 4, style),
      label(fitText(name, width - right - 40, 11), right + 34, y, "small"),
    ];
  });
}

function timeAxis(steps: number, x: (step: number) => number, y: number): SvgElement[] {
  return [
    line(left, y, right, y, "axis"),
    ...niceTicks(0, steps, 10)
      .filter(Number.isInteger)
      .flatMap((tick) => [
        line(x(tick), y, x(tick), y + 5, "axis"),
        label(`${tick}`, x(tick), y + 18, "small", "middle"),
      ]),
    label("timestep", (left + right) / 2, y + 36, "text", "middle"),
  ];
}
