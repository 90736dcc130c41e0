/** The chip from above: its cores and what fills them, limits and how much of them is used; and what a sample costs there. */
import { type Markup, section, table, tag } from "./markup.ts";
import { amount, percent, unknown } from "./numbers.ts";
import type { CorePlan, Estimate, PlacementFacts } from "./report-data.ts";

const planWidth = 480;
const colours = 5;

/** Layers in the order in which they first appear, each with its colour: five, solid and then hatched by opacity. */
function styleOf(layers: readonly string[], layer: string): string {
  const index = layers.indexOf(layer);
  return `series${index % colours}${Math.floor(index / colours) % 2 === 1 ? " pale" : ""}`;
}

/** One core of many: filled from below. */
function tile(core: CorePlan, size: number, layers: readonly string[]): Markup {
  const inner = size * 0.9;
  let filled = 0;
  const parts = core.parts.map(({ layer, used }) => {
    const height = core.capacity === 0 ? 0 : (used / core.capacity) * inner;
    filled += height;
    return tag("rect", {
      class: styleOf(layers, layer),
      x: core.x * size,
      y: core.y * size + inner - filled,
      width: inner,
      height,
    });
  });
  const text = core.parts.map(({ layer, used }) => `${layer} ${used}`).join(", ");
  return tag(
    "g",
    {},
    tag("title", {}, `${core.name}: ${text} of ${core.capacity}`),
    tag("rect", { class: "ground", x: core.x * size, y: core.y * size, width: inner, height: inner }),
    parts,
  );
}

/** A single core: its places in rows of 16, in the order of their addresses. */
function placesOf(core: CorePlan, layers: readonly string[]): Markup {
  const across = 32;
  const size = planWidth / across;
  const square = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => {
      const place = from + i;
      return `M${(place % across) * size} ${Math.floor(place / across) * size}h${size * 0.86}v${size * 0.86}h${-size * 0.86}z`;
    }).join("");
  let next = 0;
  const parts = core.parts.map(({ layer, used }) => {
    const path = tag(
      "path",
      { class: styleOf(layers, layer), d: square(next, used) },
      tag("title", {}, `${layer}: ${used}`),
    );
    next += used;
    return path;
  });
  return tag(
    "g",
    {},
    tag("path", { class: "ground", d: square(next, Math.max(0, core.capacity - next)) }),
    parts,
  );
}

/** More places than this in a single core are a bar. */
const mostPlaces = 1024;
/** More cores than this are not drawn: nobody could see them. */
const mostCores = 4096;

function captionOf(cores: readonly CorePlan[], unit: string, single: boolean): string {
  const capacities = cores.map(({ capacity }) => capacity);
  const low = capacities.reduce((least, capacity) => Math.min(least, capacity));
  const high = capacities.reduce((most, capacity) => Math.max(most, capacity));
  if (single) return `${unit} by address, ${high} places`;
  const each = low === high ? String(low) : `${low} to ${high}`;
  return `${cores.length} ${cores.length === 1 ? "core" : "cores"} of ${each} ${unit}`;
}

function floorPlan({ cores, unit }: PlacementFacts): Markup | null {
  if (cores.length === 0 || cores.length > mostCores) return null;
  const layers = [...new Set(cores.flatMap(({ parts }) => parts.map(({ layer }) => layer)))];
  const single = cores.length === 1 && cores[0].capacity <= mostPlaces;
  const [across, down] = [
    cores.reduce((most, { x }) => Math.max(most, x + 1), 1),
    cores.reduce((most, { y }) => Math.max(most, y + 1), 1),
  ];
  const size = Math.min(96, planWidth / across);
  const height = single ? Math.ceil(cores[0].capacity / 32) * (planWidth / 32) : down * size;
  const legend = layers.slice(0, 40).map((layer) => {
    const used = cores.reduce(
      (sum, { parts }) => sum + parts.reduce((own, part) => own + (part.layer === layer ? part.used : 0), 0),
      0,
    );
    return tag(
      "span",
      { class: "key" },
      tag("span", { class: `swatch ${styleOf(layers, layer)}` }),
      tag("span", { class: "layer-name" }, `${layer}: ${amount(used)}`),
    );
  });
  const what = captionOf(cores, unit, single);
  return tag(
    "figure",
    { class: "floor-plan" },
    tag("figcaption", {}, what),
    tag(
      "svg",
      { viewBox: `0 0 ${planWidth} ${height}`, role: "img", "aria-label": `Floor plan: ${what}` },
      single ? placesOf(cores[0], layers) : cores.map((core) => tile(core, size, layers)),
    ),
    tag("p", { class: "legend" }, legend),
  );
}

function usesMarkup({ uses }: PlacementFacts): Markup | null {
  if (uses.length === 0) return null;
  return tag(
    "div",
    { class: "uses" },
    uses.map(({ resource, used, limit }) =>
      tag(
        "div",
        { class: "meter" },
        tag("span", { class: "meter-name" }, resource),
        tag(
          "svg",
          { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
          tag("rect", { class: "track", width: 100, height: 8 }),
          tag("rect", {
            class: used > limit ? "bad" : "series0",
            width: Math.min(1, limit === 0 ? 0 : used / limit) * 100,
            height: 8,
          }),
        ),
        tag(
          "span",
          { class: "meter-text" },
          `${amount(used)} of ${amount(limit)} (${percent(limit === 0 ? 0 : used / limit)})`,
        ),
      ),
    ),
  );
}

export function placementSection(placement: PlacementFacts | null): Markup | null {
  if (placement === null) return null;
  const { target, title, label, notes, refusals } = placement;
  const labels: Readonly<Record<string, string>> = {
    works:
      "exercised end to end on the same wire or file, against somebody else's vectors; no silicon was at hand",
    "file only": "files are written and run in emulation; nothing here runs them on the chip",
    "needs hardware": "needs a board to try",
  };
  return section(
    "placement",
    `On ${target}`,
    tag("p", {}, `${title}. Label: ${label} (${labels[label] ?? label}).`),
    refusals.length === 0
      ? null
      : tag(
          "div",
          { class: "failure" },
          tag("p", {}, "The network does not fit:"),
          tag(
            "ul",
            {},
            refusals.map((reason) => tag("li", {}, reason)),
          ),
        ),
    tag("div", { class: "side-by-side" }, floorPlan(placement), usesMarkup(placement)),
    notes.length === 0
      ? null
      : tag(
          "ul",
          {},
          notes.map((note) => tag("li", {}, note)),
        ),
  );
}

const joules = (picojoules: number) =>
  picojoules >= 1e6 ? `${(picojoules / 1e6).toPrecision(3)} µJ` : `${(picojoules / 1e3).toPrecision(3)} nJ`;
const seconds = (nanoseconds: number) =>
  nanoseconds >= 1e6
    ? `${(nanoseconds / 1e6).toPrecision(3)} ms`
    : `${(nanoseconds / 1e3).toPrecision(3)} µs`;

export function estimateSection(estimate: Estimate | null): Markup | null {
  if (estimate === null) return null;
  const { target, rows, from, caveat } = estimate;
  const energy = rows.reduce((sum, { count, picojoules }) => sum + count * (picojoules ?? 0), 0);
  const cells = rows.map(({ what, count, picojoules, nanoseconds }) => [
    what,
    amount(count),
    picojoules === null ? unknown : `${picojoules} pJ`,
    picojoules === null ? unknown : joules(count * picojoules),
    nanoseconds === null ? unknown : `${nanoseconds} ns`,
    nanoseconds === null ? unknown : seconds(count * nanoseconds),
  ]);
  return section(
    "estimate",
    "What a sample would cost",
    energy === 0
      ? null
      : tag(
          "p",
          {},
          `On ${target}, about `,
          tag("strong", {}, joules(energy)),
          " a sample, by published numbers for single operations.",
        ),
    table(
      "Energy and time",
      ["operation", "a sample", "energy of one", "energy", "time of one", "time, one after the other"],
      cells,
      [1, 2, 3, 4, 5],
    ),
    tag("p", {}, `Source: ${from}. ${caveat}`),
  );
}
