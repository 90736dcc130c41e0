/**
 * What the searches take a chip for while layers are converted, where a legalisation pass makes it behave so afterwards.
 *
 * - Comparison after every event and reset to zero: a step at a time that is nearly a reset by subtraction. What a reset loses
 *   is what one synapse brought too much, less than one weight, however much the whole step brings
 *   (legalise/compare-every-event.ts).
 * - Membranes that wrap, on a chip with a floor that subtracts: the floor keeps them from wrapping, so the range holds like one
 *   that saturates (legalise/bound-membranes.ts).
 */
import type { NumericRules } from "../target/rules.ts";

/** Whether a floor can keep membranes above the lower end of a range that wraps. */
export function boundsByFloor({ state, floor }: NumericRules): boolean {
  return state.overflow === "wrap" && floor.includes("subtract");
}

export function searchRules(rules: NumericRules): NumericRules {
  if (rules.accumulate === "event") return { ...rules, reset: ["subtract"] };
  if (boundsByFloor(rules)) return { ...rules, state: { ...rules.state, overflow: "saturate" } };
  return rules;
}
