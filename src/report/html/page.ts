/**
 * A Report as one HTML file: no request to anywhere, light and dark, for screens, phones and paper. A pure function: the same
 * Report gives the same bytes.
 */
import { accuracySection } from "./accuracy.ts";
import { chipsSection } from "./chips.ts";
import { confusionSection } from "./confusion.ts";
import { layersSection } from "./layers.ts";
import { type Child, type Markup, tag, verbatim } from "./markup.ts";
import { pictureSection } from "./picture.ts";
import { estimateSection, placementSection } from "./placement.ts";
import type { Report } from "./report-data.ts";
import { samplesSection } from "./samples.ts";
import { pageScript } from "./script.ts";
import { styleSheet } from "./style.ts";
import { weightsSection } from "./weights.ts";
import { boardSection, choicesSection, failureMarkup, provenanceSection, summaryMarkup } from "./words.ts";

/** Nothing may be fetched, whatever ends up in the page; pictures are data addresses. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

interface Part {
  readonly id: string;
  readonly title: string;
  readonly content: Markup | null;
}

/** In the order of the page, with the words that the table of contents has for them. */
function partsOf(report: Report): Part[] {
  return [
    { id: "network", title: "Network", content: pictureSection(report.picture) },
    { id: "accuracy", title: "Accuracy", content: accuracySection(report.accuracy) },
    { id: "layers", title: "Layers", content: layersSection(report.layers) },
    { id: "weights", title: "Weights", content: weightsSection(report.weights) },
    { id: "samples", title: "Samples", content: samplesSection(report.samples) },
    { id: "confusion", title: "Classes", content: confusionSection(report.confusion) },
    { id: "board", title: "Board", content: boardSection(report.board) },
    { id: "placement", title: "Chip", content: placementSection(report.placement) },
    { id: "chips", title: "Chips", content: chipsSection(report.chips) },
    { id: "estimate", title: "Cost", content: estimateSection(report.estimate) },
    { id: "choices", title: "Choices", content: choicesSection(report) },
    { id: "provenance", title: "Provenance", content: provenanceSection(report) },
  ].filter(({ content }) => content !== null);
}

function head(title: string): Markup {
  return tag(
    "head",
    {},
    tag("meta", { charset: "utf-8" }),
    tag("meta", { "http-equiv": "Content-Security-Policy", content: policy }),
    tag("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    tag("meta", { name: "color-scheme", content: "light dark" }),
    tag("title", {}, `${title}: spikec report`),
    tag("style", {}, verbatim(styleSheet)),
  );
}

/** The whole file, ending in a line feed. */
export function reportPage(report: Report): string {
  const parts = partsOf(report);
  const links = parts.map(({ id, title }) => tag("li", {}, tag("a", { href: `#${id}` }, title)));
  const body: Child[] = [
    tag(
      "header",
      {},
      tag("h1", {}, report.title),
      tag("p", { class: "aside" }, "From floats to spikes: what was converted, how well it does, and why."),
      summaryMarkup(report),
      failureMarkup(report.failure),
    ),
    tag("nav", { "aria-label": "Contents" }, tag("ul", {}, links)),
    tag(
      "main",
      {},
      parts.map(({ content }) => content),
    ),
    tag("script", {}, verbatim(pageScript)),
  ];
  return `<!doctype html>\n${tag("html", { lang: "en" }, head(report.title), tag("body", {}, body)).markup}\n`;
}
