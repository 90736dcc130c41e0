/** What a pool makes of spike trains, against the definition step by step. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countPooled, type PoolKind, writePooled } from "../../../src/lower/calibrate/pool.ts";

const trains = fc.integer({ min: 1, max: 70 }).chain((steps) =>
  fc.record({
    steps: fc.constant(steps),
    rows: fc.array(fc.array(fc.boolean(), { minLength: steps, maxLength: steps }), {
      minLength: 4,
      maxLength: 4,
    }),
    window: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
  }),
);

function packed(rows: readonly boolean[][], steps: number) {
  const wordsPerNeuron = Math.ceil(steps / 32);
  const words = new Int32Array((rows.length + 1) * wordsPerNeuron);
  for (const [neuron, row] of rows.entries())
    for (const [step, spike] of row.entries())
      if (spike) words[(neuron + 1) * wordsPerNeuron + (step >> 5)] |= 1 << (step & 31);
  return { words, first: wordsPerNeuron, wordsPerNeuron };
}

/** By definition: any spike of the window, or the growth of its largest count. */
function expected(
  kind: PoolKind,
  rows: readonly boolean[][],
  window: readonly number[],
  steps: number,
): boolean[] {
  const largestAt = (step: number) =>
    Math.max(...window.map((place) => rows[place].slice(0, step + 1).filter(Boolean).length));
  return Array.from({ length: steps }, (_, step) =>
    kind === "or"
      ? window.some((place) => rows[place][step])
      : largestAt(step) > (step === 0 ? 0 : largestAt(step - 1)),
  );
}

describe.each(["or", "count"] as const)("a pool by %s", (kind) => {
  it("fires as its definition says, and as often as it counts", () => {
    const check = fc.property(trains, ({ steps, rows, window }) => {
      const source = packed(rows, steps);
      const out = new Int32Array(source.wordsPerNeuron + 1);
      writePooled[kind](source, Int32Array.from(window), out, 1);
      const spikes = expected(kind, rows, window, steps);
      spikes.forEach((spike, step) => {
        expect(((out[1 + (step >> 5)] >>> (step & 31)) & 1) === 1, `step ${step}`).toBe(spike);
      });
      expect(out[0]).toBe(0);
      expect(countPooled[kind](source, Int32Array.from(window))).toBe(spikes.filter(Boolean).length);
    });
    fc.assert(check, { numRuns: 200 });
  });
});
