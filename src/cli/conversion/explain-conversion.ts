/** `convert --explain`: what was chosen for each layer and why, and what the target's rules cost, in words for people. */
import type { CostOfRules } from "../../lower/cost-of-rules.ts";
import type { LayerExplanation } from "../../lower/explanation.ts";
import type { GivenUp } from "../../lower/given-up.ts";
import { proseText, textWidth, wrapText } from "../text.ts";

/** An ability that the target lacks. points: what its lack costs; null where that was not measured. */
export interface PricedLack {
  readonly what: string;
  readonly instead: string;
  readonly points: number | null;
}

/** cost: null where it was not measured. */
export function pricedLacks(missing: readonly GivenUp[], cost: CostOfRules | null): PricedLack[] {
  return cost === null
    ? missing.map(({ what, instead }) => ({ what, instead, points: null }))
    : cost.costs.map(({ what, instead, points }) => ({ what, instead, points }));
}

const item = (text: string): string => wrapText(`  ${text}`, textWidth, "      ");

function layerText({ layer, choices }: LayerExplanation): string {
  return [layer, ...choices.map(({ what, value, why }) => item(`${what} ${value}: ${why}`))].join("\n");
}

/** All layers, one paragraph each. */
export function explanationText(explanations: readonly LayerExplanation[]): string {
  return explanations.map(layerText).join("\n");
}

function pointsText(points: number | null): string {
  if (points === null) return "";
  if (points === 0) return "; costs nothing on the calibration inputs";
  const amount = `${Math.abs(points).toFixed(1)} points`;
  return points > 0 ? `; costs ${amount}` : `; ${amount} better without it, by chance`;
}

/** What was given up, one item each; "" where the target takes nothing away. */
export function lacksText(lacks: readonly PricedLack[], cost: CostOfRules | null): string {
  if (lacks.length === 0) return "";
  const measured =
    cost === null
      ? "--explain measures what each costs"
      : `${(100 * cost.agreement).toFixed(1)} % of ${cost.samples} calibration inputs get the original's class; points of that, each ability given back alone`;
  const items = lacks.map(({ what, instead, points }) => item(`no ${what}: ${instead}${pointsText(points)}`));
  return [proseText(`given up on this target (${measured}):`), ...items].join("\n");
}
