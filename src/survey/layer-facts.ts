/** One line a layer: how well its rates follow the activations, who is silent, and how much of the chip's widths it needs. */
import { nameWithoutCopy } from "../lower/copies.ts";
import { type Network, sizeOf } from "../network/network.ts";
import type { LayerFacts, WidthUse } from "../report/html/report-data.ts";
import type { LayerActivity } from "../simulate/activity.ts";
import { type LayerWidths, signedBits } from "../simulate/needed-widths.ts";
import type { IntegerRange, NumericRules } from "../target/rules.ts";

export interface MeasuredLayers {
  readonly activity: readonly LayerActivity[];
  /** By population, copies of neurons together. */
  readonly rateErrors: ReadonlyMap<string, number>;
  readonly widths: readonly LayerWidths[];
}

const bitsOf = (range: IntegerRange | null) => (range === null ? null : signedBits(range.low, range.high));

function widthUses(widths: LayerWidths | undefined, rules: NumericRules | null): WidthUse[] {
  if (widths === undefined) return [];
  const { membrane, threshold, bias, weights } = widths;
  const state = rules && bitsOf(rules.state);
  return [
    { what: "membrane", used: membrane.bits, available: state },
    ...(threshold === null
      ? []
      : [{ what: "threshold", used: threshold.bits, available: rules && bitsOf(rules.threshold) } as const]),
    { what: "bias", used: bias.bits, available: rules && bitsOf(rules.bias) },
    { what: "weights", used: weights.bits, available: rules?.weights.bits ?? null },
  ];
}

/** rules: of the chip, where one was named. */
export function layerFacts(
  network: Network,
  { activity, rateErrors, widths }: MeasuredLayers,
  rules: NumericRules | null,
): LayerFacts[] {
  return network.populations.map(({ name, shape, kind }) => {
    const own = activity.find((layer) => layer.name === name);
    return {
      name,
      neurons: sizeOf(shape),
      // Graded spikes of sigma-delta neurons are changes: their rate stands for nothing.
      rateError: kind === "sigmaDelta" ? null : (rateErrors.get(nameWithoutCopy(name)) ?? null),
      rate: own?.rate ?? null,
      dead: own?.deadFraction ?? null,
      saturated: own?.saturatedFraction ?? null,
      synops: own?.synops ?? null,
      widths: widthUses(
        widths.find((layer) => layer.name === name),
        rules,
      ),
    };
  });
}
