/** Spikes and membranes of one sample over time, all on the same axis, with a cursor that the script moves over them. */
import { linearScale, niceTicks } from "../axis.ts";
import { chooser } from "./chooser.ts";
import { type Markup, tag } from "./markup.ts";
import { amount, counted } from "./numbers.ts";
import type { LayerRaster, MembraneTrace, SampleFacts } from "./report-data.ts";

/** Strengths of marks, weakest first. */
const levels = 3;

/** Marks of one strength: a stroke of one line's height for each run of steps. */
function marks({ steps, rows }: LayerRaster, level: number, most: number): string {
  const strength = (count: number) => Math.min(levels, Math.ceil((count * levels) / most));
  const paths: string[] = [];
  const open = new Map<number, { from: number; to: number }>();
  const close = (row: number, { from, to }: { from: number; to: number }) =>
    paths.push(`M${from} ${row}h${to - from + 1 - 0.15}`);
  steps.forEach((counts, step) => {
    for (const [row, count] of counts) {
      if (row >= rows || strength(count) !== level) continue;
      const run = open.get(row);
      if (run !== undefined && run.to === step - 1) run.to = step;
      else {
        if (run !== undefined) close(row, run);
        open.set(row, { from: step, to: step });
      }
    }
  });
  for (const [row, run] of open) close(row, run);
  return paths.join("");
}

function cursor(): Markup {
  return tag("line", {
    class: "cursor needs-script",
    x1: 0.5,
    x2: 0.5,
    y1: "0%",
    y2: "100%",
    "vector-effect": "non-scaling-stroke",
  });
}

/** Pixels of height; a layer of few neurons has thick lines. */
const heightOf = (rows: number) => Math.max(22, Math.min(110, rows * 9, 40 + rows));

function rasterMarkup(raster: LayerRaster, steps: number, style: string): Markup {
  const { layer, neurons, rows, spikes } = raster;
  const most = raster.steps.flat().reduce((top, [, count]) => Math.max(top, count), 1);
  const counts = raster.steps.map((step) => step.reduce((sum, [, count]) => sum + count, 0));
  const drawn = Array.from({ length: levels }, (_, index) => {
    const path = marks(raster, index + 1, most);
    return path === ""
      ? null
      : tag("path", {
          class: `marks ${style}`,
          d: path,
          "stroke-opacity": ((index + 1.5) / (levels + 0.5)).toFixed(2),
        });
  });
  return tag(
    "div",
    { class: "track-row" },
    tag(
      "div",
      { class: "track-label" },
      tag("span", { class: "layer-name" }, layer),
      tag("span", { class: "aside" }, `${counted(neurons, "neuron")}, ${counted(spikes, "spike")}`),
    ),
    tag(
      "svg",
      {
        class: "track-plot",
        viewBox: `0 0 ${steps} ${rows}`,
        height: heightOf(rows),
        preserveAspectRatio: "none",
        role: "img",
        "aria-label": `Spikes of ${layer}: ${spikes} of ${neurons} neurons`,
        "data-name": layer,
        "data-counts": counts.join(" "),
      },
      tag("rect", { class: "ground", width: steps, height: rows }),
      tag("g", { transform: "translate(0.07 0.5)" }, drawn),
      cursor(),
    ),
  );
}

function timeAxis(steps: number): Markup {
  const ticks = niceTicks(0, steps, 8).filter((tick) => Number.isInteger(tick) && tick < steps);
  const position = linearScale(0, steps, 0, 100);
  return tag(
    "div",
    { class: "track-row" },
    tag("div", { class: "track-label aside" }, "timestep"),
    tag(
      "div",
      { class: "time-axis", "aria-hidden": "true" },
      ticks.map((tick) => tag("span", { style: `left:${position(tick + 0.5).toFixed(2)}%` }, String(tick))),
    ),
  );
}

/** The membrane as a line through the ends of the steps, its threshold dashed, its spikes as dots above. */
function traceMarkup({ layer, neuron, threshold, membrane, fired }: MembraneTrace, steps: number): Markup {
  const all = threshold === null ? membrane : [...membrane, threshold];
  const low = all.reduce((least, value) => Math.min(least, value), 0);
  const high = all.reduce((most, value) => Math.max(most, value), 0);
  const y = linearScale(low, high, 94, 14);
  const points = membrane.map((value, step) => `${step + 0.5} ${y(value).toFixed(1)}`).join("L");
  const name = `${layer}, neuron ${neuron}`;
  const facts =
    threshold === null
      ? "never fires: it is read"
      : `threshold ${amount(threshold)}, ${counted(fired.length, "spike")}`;
  return tag(
    "div",
    { class: "track-row" },
    tag(
      "div",
      { class: "track-label" },
      tag("span", { class: "layer-name" }, `neuron ${neuron}`),
      tag("span", { class: "aside" }, `${facts}; ${amount(low)} to ${amount(high)}`),
    ),
    tag(
      "svg",
      {
        class: "track-plot",
        viewBox: `0 0 ${steps} 100`,
        height: 74,
        preserveAspectRatio: "none",
        role: "img",
        "aria-label": `Membrane of ${name}: from ${low} to ${high}, ${facts}`,
        "data-name": name,
        "data-values": membrane.join(" "),
      },
      tag("rect", { class: "ground", width: steps, height: 100 }),
      threshold === null
        ? null
        : tag("line", {
            class: "threshold",
            x1: 0,
            x2: steps,
            y1: y(threshold),
            y2: y(threshold),
            "vector-effect": "non-scaling-stroke",
          }),
      tag("path", {
        class: "membrane",
        d: membrane.length === 1 ? `M0 ${y(membrane[0])}H1` : `M${points}`,
        "vector-effect": "non-scaling-stroke",
      }),
      fired.length === 0
        ? null
        : tag("path", {
            class: "marks series1",
            "stroke-width": 8,
            d: fired.map((step) => `M${step + 0.2} 5h.6`).join(""),
          }),
      cursor(),
    ),
  );
}

function traceChooser(id: string, { traces, steps }: SampleFacts): Markup | null {
  const layers = [...new Set(traces.map(({ layer }) => layer))];
  if (layers.length === 0) return null;
  const panels = layers.map((layer) => ({
    label: layer,
    content: traces.filter((trace) => trace.layer === layer).map((trace) => traceMarkup(trace, steps)),
  }));
  return tag(
    "div",
    { class: "tracks" },
    tag("h4", {}, "Membranes: the busiest neuron, a middling one, a silent one"),
    chooser(`${id}-membranes`, "Layer", panels),
    timeAxis(steps),
  );
}

/** id: unique on the page. */
export function spikesMarkup(id: string, sample: SampleFacts): Markup {
  const { rasters, steps } = sample;
  return tag(
    "div",
    { "data-time": String(steps) },
    tag(
      "div",
      { class: "cursor-control needs-script" },
      tag("label", { for: `${id}-step` }, "Step"),
      tag("input", {
        id: `${id}-step`,
        type: "range",
        min: 0,
        max: Math.max(0, steps - 1),
        value: 0,
        step: 1,
      }),
      tag("output", { for: `${id}-step`, "aria-live": "polite" }, "0"),
    ),
    tag(
      "div",
      { class: "tracks" },
      tag("h4", {}, "Spikes"),
      rasters.map((raster, index) => rasterMarkup(raster, steps, `series${index % 5}`)),
      timeAxis(steps),
    ),
    traceChooser(id, sample),
  );
}
