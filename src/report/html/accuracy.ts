/** Accuracy and agreement against T beside the original, and what the spikes cost. */
import { formatTick, linearScale, niceTicks } from "../axis.ts";
import { type Markup, section, table, tag } from "./markup.ts";
import { amount, counted, percent } from "./numbers.ts";
import type { AccuracyFacts } from "./report-data.ts";

const width = 440;
const height = 250;
const left = 56;
const right = 428;
const top = 12;
const bottom = 206;

interface Curve {
  readonly name: string;
  readonly style: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly text: string }[];
}

interface Plot {
  readonly title: string;
  readonly low: number;
  readonly high: number;
  readonly curves: readonly Curve[];
  readonly reference: number | null;
  readonly tickText: (value: number, step: number) => string;
}

/** T in powers of two; one T lies in the middle. */
function plotMarkup(
  { title, low, high, curves, reference, tickText }: Plot,
  steps: readonly number[],
): Markup {
  const [first, last] = [steps[0], steps[steps.length - 1]];
  const position = linearScale(Math.log2(first), Math.log2(last), left + 16, right - 16);
  const x = (step: number) => position(Math.log2(step));
  const y = linearScale(low, high, bottom, top);
  const ticks = niceTicks(low, high, 5);
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : 1;
  const roomy = steps.filter((value, i) => i === 0 || x(value) - x(steps[i - 1]) >= 22);
  return tag(
    "svg",
    { class: "plot", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title },
    ticks.map((tick) => [
      tag("line", { class: "grid", x1: left, y1: y(tick), x2: right, y2: y(tick) }),
      tag("text", { class: "tick", x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, tickText(tick, step)),
    ]),
    tag("line", { class: "axis", x1: left, y1: bottom, x2: right, y2: bottom }),
    roomy.map((value) =>
      tag("text", { class: "tick", x: x(value), y: bottom + 16, "text-anchor": "middle" }, String(value)),
    ),
    tag(
      "text",
      { class: "tick", x: (left + right) / 2, y: bottom + 34, "text-anchor": "middle" },
      "timesteps",
    ),
    reference === null
      ? null
      : tag("line", { class: "reference", x1: left, y1: y(reference), x2: right, y2: y(reference) }),
    curves.map(({ style, points }) => [
      tag("path", {
        class: `curve ${style}`,
        d: `M${points.map((point) => `${x(point.x)} ${y(point.y)}`).join("L")}`,
      }),
      points.map((point) =>
        tag("circle", { class: style, cx: x(point.x), cy: y(point.y), r: 4 }, tag("title", {}, point.text)),
      ),
    ]),
  );
}

function key(style: string, name: string): Markup {
  return tag("span", { class: "key" }, tag("span", { class: `swatch ${style}` }), name);
}

/** A range around the values, not wider than 0..1. */
function around(values: readonly number[]): [low: number, high: number] {
  const low = values.reduce((least, value) => Math.min(least, value), 1);
  const high = values.reduce((most, value) => Math.max(most, value), 0);
  const space = Math.max(0.02, (high - low) * 0.12);
  return [Math.max(0, low - space), Math.min(1, high + space)];
}

function qualityPlot({ points, original }: AccuracyFacts): Markup | null {
  const curves: Curve[] = (["accuracy", "agreement"] as const).flatMap((what, index) => {
    const name = what === "accuracy" ? "accuracy of the integers" : "same class as the original";
    const known = points.flatMap(({ timesteps, [what]: share }) =>
      share === null ? [] : [{ x: timesteps, y: share, text: `T = ${timesteps}: ${name} ${percent(share)}` }],
    );
    return known.length === 0 ? [] : [{ name, style: `series${index}`, points: known }];
  });
  if (curves.length === 0) return null;
  const shares = curves.flatMap((curve) => curve.points.map(({ y }) => y));
  const [low, high] = around(original === null ? shares : [...shares, original]);
  const title = "Accuracy against T";
  const tickText = (value: number, step: number) => `${formatTick(100 * value, 100 * step)} %`;
  return tag(
    "figure",
    {},
    tag("figcaption", {}, title),
    plotMarkup(
      { title, low, high, curves, reference: original, tickText },
      points.map(({ timesteps }) => timesteps),
    ),
    tag(
      "p",
      { class: "legend" },
      curves.map(({ name, style }) => key(style, name)),
      original === null ? null : key("dashed", `original ${percent(original)}`),
    ),
  );
}

function costPlot({ points }: AccuracyFacts): Markup {
  const title = "Synaptic operations a sample";
  const high = points.reduce((most, { synops }) => Math.max(most, synops), 0) * 1.08 || 1;
  const curve = points.map(({ timesteps, synops }) => ({
    x: timesteps,
    y: synops,
    text: `T = ${timesteps}: ${amount(synops)} synaptic operations`,
  }));
  return tag(
    "figure",
    {},
    tag("figcaption", {}, title),
    plotMarkup(
      {
        title,
        low: 0,
        high,
        curves: [{ name: title, style: "series2", points: curve }],
        reference: null,
        tickText: (value) => amount(value),
      },
      points.map(({ timesteps }) => timesteps),
    ),
    tag("p", { class: "legend" }, key("series2", "a spike through a synapse is one")),
  );
}

export function accuracySection(facts: AccuracyFacts | null): Markup | null {
  if (facts === null || facts.points.length === 0) return null;
  const rows = facts.points.map(({ timesteps, accuracy, agreement, synops }) => [
    String(timesteps),
    percent(accuracy),
    percent(agreement),
    amount(synops),
  ]);
  const precision = 100 / facts.samples;
  return section(
    "accuracy",
    "Accuracy against T",
    tag(
      "p",
      {},
      `${counted(facts.samples, "sample")}; one sample is ${precision < 0.1 ? precision.toFixed(2) : precision.toFixed(1)} points. `,
      "The network ran once to its T and was read out at each of these timesteps; one converted for a shorter T would do better there. ",
      facts.ties > 0 ? `${percent(facts.ties)} of the samples were ties.` : null,
    ),
    tag("div", { class: "side-by-side" }, qualityPlot(facts), costPlot(facts)),
    table("Accuracy against T", ["T", "accuracy", "same class", "synaptic operations"], rows, [0, 1, 2, 3]),
  );
}
