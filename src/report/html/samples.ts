/** Chosen samples: what went in, what was sent, and which class came out. */
import { drawPixels } from "./bitmap.ts";
import { chooser } from "./chooser.ts";
import { type Markup, section, tag } from "./markup.ts";
import { amount, unknown } from "./numbers.ts";
import type { ClassReading, PixelMap, SampleFacts } from "./report-data.ts";
import { spikesMarkup } from "./spikes.ts";

function pictureMarkup(map: PixelMap): Markup {
  const { address, width, height } = drawPixels(map);
  return tag(
    "figure",
    { class: "pixels" },
    tag("img", { src: address, width, height, alt: map.title }),
    tag("figcaption", {}, map.title),
  );
}

/** Values of an input that is no picture, as bars up and down from zero. */
function valuesMarkup(values: readonly number[]): Markup {
  const most = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0) || 1;
  const bar = 160 / values.length;
  const path = values
    .map(
      (value, i) =>
        `M${(i * bar).toFixed(1)} 50h${(bar * 0.8).toFixed(1)}v${((-value / most) * 48).toFixed(1)}h${(-bar * 0.8).toFixed(1)}z`,
    )
    .join("");
  return tag(
    "figure",
    { class: "pixels" },
    tag(
      "svg",
      {
        viewBox: "0 0 160 100",
        width: 200,
        height: 125,
        role: "img",
        "aria-label": `${values.length} values`,
      },
      tag("rect", { class: "ground", width: 160, height: 100 }),
      tag("path", { class: "series0", d: path }),
      tag("line", { class: "axis", x1: 0, x2: 160, y1: 50, y2: 50 }),
    ),
    tag("figcaption", {}, `sample: ${values.length} values, up to ${amount(most)}`),
  );
}

/** Two bars a class, spikes above the original. */
function readingsMarkup(readings: readonly ClassReading[]): Markup {
  const known = readings.flatMap(({ spiking, original }) => [spiking, original ?? 0]);
  const most = known.reduce((top, value) => Math.max(top, Math.abs(value)), 0) || 1;
  const bar = (value: number, style: string) => [
    tag(
      "svg",
      { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
      tag("rect", { class: "track", width: 100, height: 8 }),
      tag("rect", { class: style, width: (Math.max(0, value) / most) * 100, height: 8 }),
    ),
    tag("span", { class: "value" }, value.toFixed(2)),
  ];
  const compared = readings.some(({ original }) => original !== null);
  const key = (style: string, name: string) =>
    tag("span", { class: "key" }, tag("span", { class: `swatch ${style}` }), name);
  return tag(
    "div",
    { class: "readings" },
    tag("h4", {}, "Largest logits"),
    readings.map(({ label, spiking, original }) =>
      tag(
        "div",
        { class: "reading" },
        tag("span", { class: "reading-name" }, `class ${label}`),
        bar(spiking, "series0"),
        original === null ? null : bar(original, "series1"),
      ),
    ),
    compared ? tag("p", { class: "legend" }, key("series0", "spikes"), key("series1", "original")) : null,
  );
}

function verdict({ label, original, integers, why }: SampleFacts): Markup {
  const given = (name: string, value: number | null) =>
    tag("span", { class: "fact" }, `${name} `, tag("strong", {}, value === null ? unknown : String(value)));
  return tag(
    "p",
    { class: "facts" },
    given("label", label),
    given("original", original),
    given("integers", integers),
    tag("span", { class: "aside" }, `chosen: ${why}`),
  );
}

function sampleMarkup(sample: SampleFacts, number: number): Markup {
  return tag(
    "div",
    { class: "sample" },
    verdict(sample),
    tag(
      "div",
      { class: "side-by-side loose" },
      sample.pictures.map(pictureMarkup),
      sample.values.length > 0 ? valuesMarkup(sample.values) : null,
      readingsMarkup(sample.readings),
    ),
    spikesMarkup(`sample${number}`, sample),
  );
}

function labelOf({ index, label, integers }: SampleFacts): string {
  if (label === null) return `${index}: ${integers}`;
  return label === integers ? `${index}: ${label}` : `${index}: ${label} taken for ${integers}`;
}

export function samplesSection(samples: readonly SampleFacts[]): Markup | null {
  if (samples.length === 0) return null;
  const panels = samples.map((sample, number) => ({
    label: labelOf(sample),
    content: sampleMarkup(sample, number),
  }));
  return section(
    "samples",
    samples.length === 1 ? "A sample" : "Samples",
    tag(
      "p",
      {},
      "One sample from its input to its class. Lines of a raster are neurons, or neighbours together, the stronger the more of them spike; ",
      "time is absolute: each layer acts from the step in which the sample reaches it. The cursor shows one step in all pictures.",
    ),
    chooser("samples", "Sample: its class", panels),
  );
}
