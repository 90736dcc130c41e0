/** Weights before and after quantization: integers as bars, the float weights behind them as a line over the same ranges. */
import { type Markup, section, tag } from "./markup.ts";
import { amount, percent } from "./numbers.ts";
import type { WeightHistogram } from "./report-data.ts";

const width = 300;
const height = 100;
const mostLayers = 48;

/** Counts span decades, zeros above all: square roots keep the small ones visible. */
const lengthOf = (count: number, most: number) => (most === 0 ? 0 : Math.sqrt(count / most) * (height - 8));

function histogramMarkup({
  layer,
  low,
  high,
  floats,
  integers,
  weights,
  zeros,
  snr,
}: WeightHistogram): Markup {
  const most = [...floats, ...integers].reduce((top, count) => Math.max(top, count), 0);
  const bin = width / integers.length;
  const bars = integers
    .map((count, i) =>
      count === 0
        ? ""
        : `M${(i * bin).toFixed(1)} ${height}v${(-lengthOf(count, most)).toFixed(1)}h${(bin * 0.86).toFixed(1)}V${height}z`,
    )
    .join("");
  const outline = floats.map(
    (count, i) => `${((i + 0.5) * bin).toFixed(1)} ${(height - lengthOf(count, most)).toFixed(1)}`,
  );
  const noise = snr === null ? (floats.length > 0 ? "exact" : null) : `${snr.toFixed(1)} dB`;
  const facts = [`${amount(weights)} weights`, `${percent(weights === 0 ? 0 : zeros / weights)} zero`, noise];
  return tag(
    "figure",
    { class: "histogram" },
    tag("figcaption", {}, layer),
    tag(
      "svg",
      {
        viewBox: `0 0 ${width} ${height}`,
        preserveAspectRatio: "none",
        role: "img",
        "aria-label": `Weights of ${layer} from ${low} to ${high}`,
      },
      tag("path", { class: "series0", d: bars }),
      outline.length === 0 ? null : tag("path", { class: "curve series1", d: `M${outline.join("L")}` }),
    ),
    tag(
      "p",
      { class: "ends" },
      tag("span", {}, amount(Math.ceil(low))),
      tag("span", {}, amount(Math.floor(high))),
    ),
    tag("p", { class: "aside" }, facts.filter((fact) => fact !== null).join(", ")),
  );
}

export function weightsSection(histograms: readonly WeightHistogram[]): Markup | null {
  if (histograms.length === 0) return null;
  const before = histograms.some(({ floats }) => floats.length > 0);
  const hidden = histograms.length - mostLayers;
  return section(
    "weights",
    before ? "Weights before and after quantization" : "Weights",
    tag(
      "p",
      {},
      "Bars: the integers. ",
      before
        ? "Line: the float weights that were rounded to them, in the same unit. Decibels: signal over rounding noise. "
        : null,
      "Heights grow with the square root of the count.",
    ),
    tag("div", { class: "histograms" }, histograms.slice(0, mostLayers).map(histogramMarkup)),
    hidden > 0 ? tag("p", {}, `${amount(hidden)} more layers are left out here.`) : null,
  );
}
