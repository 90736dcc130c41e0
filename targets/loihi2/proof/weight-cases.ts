/** Clipping, truncation and the choice of bits and exponent, case by case. */
import type { VectorResult } from "../../../src/target/target.ts";
import {
  clipWeights,
  optimizeWeightBits,
  type SignMode,
  signModeOf,
  truncateWeights,
} from "../core/weights.ts";
import { type Case, flatten, rowsDiffer } from "./vectors.ts";

function clipAndTruncate(given: Case): string | null {
  const weights = flatten(given.w);
  const mode = given.sign_mode.toLowerCase() as SignMode;
  const automatic = signModeOf(weights).toUpperCase();
  if (automatic !== given.auto) return `sign mode ${automatic} instead of ${given.auto}`;
  const clipped = clipWeights(weights, mode);
  const truncated = truncateWeights(clipped, mode, given.num_weight_bits);
  return (
    rowsDiffer("clipped", [given.clipped], [clipped]) ??
    rowsDiffer("truncated", [given.truncated], [truncated])
  );
}

function optimize(given: Case): string | null {
  const expected = given.lavadl_netx;
  const found = optimizeWeightBits(flatten(given.w));
  if (found === null) return "no bits were found";
  const numbers = [expected.num_weight_bits, expected.weight_exp];
  return (
    rowsDiffer("weights", [expected.weights], [found.weights]) ??
    rowsDiffer("bits and exponent", [numbers], [[found.bits, found.exponent]]) ??
    (found.mode.toUpperCase() === expected.sign_mode ? null : `sign mode ${found.mode}`)
  );
}

export function weightCases(given: Case): VectorResult[] {
  const results = (name: string, cases: Case[], run: (given: Case) => string | null) =>
    cases.map((one, index): VectorResult => {
      const difference = run(one);
      return { name: `${name} ${index}`, exact: difference === null, difference };
    });
  return [
    ...results("clip and truncate", given.clip_truncate, clipAndTruncate),
    ...results("optimize weight bits", given.optimize_weight_bits, optimize),
  ];
}
