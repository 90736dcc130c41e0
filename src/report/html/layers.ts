/** Layers side by side: rate error, rate, silent and saturated neurons, operations, and the width used of the width there is. */
import { type Markup, section, tag } from "./markup.ts";
import { amount, counted, percent, unknown } from "./numbers.ts";
import type { LayerFacts, WidthUse } from "./report-data.ts";

/** Layers that are drawn; a thousand bars say nothing. */
const mostLayers = 200;

/** A bar of `share` of its cell, and its text. */
function meter(name: string, share: number | null, text: string, style: string): Markup | null {
  if (text === unknown) return null;
  return tag(
    "div",
    { class: "meter" },
    tag("span", { class: "meter-name" }, name),
    share === null
      ? tag("span", { class: "bar" })
      : tag(
          "svg",
          { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
          tag("rect", { class: "track", width: 100, height: 8 }),
          tag("rect", { class: style, width: Math.max(0, Math.min(1, share)) * 100, height: 8 }),
        ),
    tag("span", { class: "meter-text" }, text),
  );
}

/** Nothing used of nothing there is nothing to tell. */
function widthMeter({ what, used, available }: WidthUse): Markup | null {
  if (available === null && used <= 1) return null;
  const text = available === null ? `${used} bits` : `${used}/${available} bits`;
  const full = available !== null && used > available;
  return meter(what, available === null ? null : used / available, text, full ? "bad" : "series3");
}

/** Errors above this fill the bar: the layer has little to do with the original's. */
const worstError = 0.5;

function layerMarkup(layer: LayerFacts, mostSynops: number): Markup {
  const { name, neurons, rateError, rate, dead, saturated, synops, widths } = layer;
  const measured = rate === null && rateError === null;
  return tag(
    "div",
    { class: "layer", role: "group", "aria-label": name },
    tag(
      "h3",
      {},
      tag("span", { class: "layer-name" }, name),
      tag("span", { class: "aside" }, counted(neurons, "neuron")),
    ),
    measured
      ? null
      : tag(
          "div",
          { class: "meters" },
          meter(
            "rate error",
            rateError === null ? null : rateError / worstError,
            percent(rateError),
            "series1",
          ),
          meter("rate", rate, rate === null ? unknown : rate.toFixed(3), "series0"),
          meter("dead", dead, percent(dead), "series1"),
          meter("saturated", saturated, percent(saturated), "series1"),
          meter(
            "operations",
            synops === null || mostSynops === 0 ? null : synops / mostSynops,
            amount(synops),
            "series2",
          ),
        ),
    widths.length === 0 ? null : tag("div", { class: "meters" }, widths.map(widthMeter)),
  );
}

export function layersSection(layers: readonly LayerFacts[]): Markup | null {
  const known = layers.filter(
    ({ rate, rateError, widths }) => (rate ?? rateError) !== null || widths.length > 0,
  );
  if (known.length === 0) return null;
  const most = known.reduce((high, { synops }) => Math.max(high, synops ?? 0), 0);
  const hidden = known.length - mostLayers;
  return section(
    "layers",
    "Layer by layer",
    tag(
      "p",
      {},
      "Rate error: what rates lack of the activations, root mean square, relative; the bar is full at 50 %. Rate: spikes a neuron and step. ",
      "Dead neurons never fired, saturated ones fired in every step of a sample. Bits: what numbers needed here, and what the chip has.",
    ),
    tag(
      "div",
      { class: "layers" },
      known.slice(0, mostLayers).map((layer) => layerMarkup(layer, most)),
    ),
    hidden > 0 ? tag("p", {}, `${counted(hidden, "more layer")} are left out here.`) : null,
  );
}
