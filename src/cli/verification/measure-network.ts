/** What a network does and needs, measured on a few samples: synaptic operations, silent layers, widths. */
import type { Network } from "../../network/network.ts";
import { formatTable } from "../../report/table.ts";
import { createActivity, type LayerActivity } from "../../simulate/activity.ts";
import { createEngine } from "../../simulate/engine.ts";
import { createMembranePeaks } from "../../simulate/membrane-peaks.ts";
import {
  type LayerWidths,
  type NeededWidth,
  neededWidths,
  signedBits,
} from "../../simulate/needed-widths.ts";
import { type Silence, silenceOf } from "../../simulate/silence.ts";
import type { IntegerRange, NumericRules } from "../../target/rules.ts";
import type { ScaledSamples } from "../samples.ts";
import { sampleOf } from "./evaluate.ts";

/** Samples that membranes are watched on: the interpreter does that, which takes its time. */
const watchedSamples = 32;

export interface Measured {
  readonly samples: number;
  readonly activity: readonly LayerActivity[];
  /** Synaptic operations a sample. */
  readonly synops: number;
  readonly widths: readonly LayerWidths[];
  readonly silence: Silence | null;
}

export function measureNetwork(network: Network, samples: ScaledSamples): Measured {
  const engine = createEngine(network);
  const activity = createActivity(network, engine.spreads());
  const peaks = createMembranePeaks(network);
  const count = Math.min(watchedSamples, samples.count);
  for (let index = 0; index < count; index++) {
    const run = engine.runSample(sampleOf(samples, index), { membranes: peaks.recorded });
    activity.add(run.train);
    peaks.add(run);
  }
  const layers = activity.layers();
  return {
    samples: count,
    activity: layers,
    synops: activity.synops(),
    widths: neededWidths(network, peaks.peaks()),
    silence: silenceOf(network, layers),
  };
}

/** Bits that a chip has for each; null: it has none of that. */
export function bitsOf(rules: NumericRules) {
  const bits = (range: IntegerRange | null) => (range === null ? null : signedBits(range.low, range.high));
  return {
    membrane: bits(rules.state),
    threshold: bits(rules.threshold),
    bias: bits(rules.bias),
    weights: rules.weights.bits,
  };
}

/** Widths as they are needed, and the chip's as the last line. */
export function widthTable(widths: readonly LayerWidths[], rules: NumericRules): string {
  const has = bitsOf(rules);
  const bits = (needed: NeededWidth | null) => (needed === null ? "-" : String(needed.bits));
  const rows = widths.map(({ name, membrane, threshold, bias, weights }) => [
    name,
    String(Math.max(membrane.high, -membrane.low)),
    ...[membrane, threshold, bias, weights].map(bits),
  ]);
  const chip = [has.membrane, has.threshold, has.bias, has.weights].map((own) => String(own ?? "-"));
  const titles = ["needed", "|V| at most", "membrane", "threshold", "bias", "weight bits"];
  return formatTable(titles, [...rows, ["the chip has", "", ...chip]]);
}

/** A sentence that names where a network fell silent. */
export function silenceText({ first, silent, toTheEnd, sources }: Silence): string {
  const heard = sources.map(({ name, rate }) => `${name} (rate ${rate.toPrecision(2)})`).join(", ");
  const others = silent.slice(1);
  const rest = toTheEnd
    ? `no layer behind it fires either${others.length > 0 ? ` (${others.join(", ")})` : ""}: its part of the result is the same for every sample`
    : `others are silent, too: ${others.join(", ")}`;
  const behind =
    toTheEnd || others.length > 0
      ? `; ${rest}`
      : "; layers behind it still fire, on other paths or by their biases";
  return `silent: ${first} never fires${heard === "" ? "" : `, fed by ${heard}`}${behind}`;
}
