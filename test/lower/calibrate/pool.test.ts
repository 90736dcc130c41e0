/** What a pool makes of spike trains, against the definition step by step. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countPooled, type PoolKind, writePooled } from "../../../src/lower/calibrate/pool.ts";
import { createSpikeStore, spikesAt, trainFormat } from "../../../src/lower/calibrate/spike-store.ts";

/** Spikes of four neurons, [neuron][step]; most: in one step. */
const trainsOf = (most: number) =>
  fc.integer({ min: 1, max: 70 }).chain((steps) =>
    fc.record({
      format: fc.constant(trainFormat(steps, most)),
      rows: fc.array(fc.array(fc.integer({ min: 0, max: most }), { minLength: steps, maxLength: steps }), {
        minLength: 4,
        maxLength: 4,
      }),
      window: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
    }),
  );

type Example = ReturnType<typeof trainsOf> extends fc.Arbitrary<infer Value> ? Value : never;

function packed(rows: readonly number[][], format: Example["format"]) {
  const { slots, wordsPerNeuron } = format;
  const words = new Int32Array((rows.length + 1) * wordsPerNeuron);
  for (const [neuron, row] of rows.entries())
    for (const [step, spikes] of row.entries())
      words[(neuron + 1) * wordsPerNeuron + ((step * slots) >> 5)] |=
        ((1 << spikes) - 1) << ((step * slots) & 31);
  return { words, first: wordsPerNeuron, format };
}

/** By definition: any spike of the window, or the growth of its largest count. */
function expected(kind: PoolKind, { rows, window, format }: Example): number[] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const largestBefore = (step: number) => Math.max(...window.map((place) => sum(rows[place].slice(0, step))));
  return Array.from({ length: format.steps }, (_, step) =>
    kind === "or"
      ? Math.max(...window.map((place) => rows[place][step]))
      : largestBefore(step + 1) - largestBefore(step),
  );
}

describe.each([
  ["or", 1],
  ["count", 1],
  ["count", 3],
  ["count", 16],
] as const)("a pool by %s, of up to %i spikes a step", (kind, most) => {
  it("fires as its definition says, and as often as it counts", () => {
    const check = fc.property(trainsOf(most), (example) => {
      const source = packed(example.rows, example.format);
      const window = Int32Array.from(example.window);
      const store = createSpikeStore(1, 1, example.format);
      writePooled[kind](source, window, store.words, 0);
      const spikes = expected(kind, example);
      const out = { neurons: new Uint32Array(1), spikes: new Uint8Array(1) };
      spikes.forEach((own, step) => {
        const found = spikesAt(store, 0, step, out) === 0 ? 0 : out.spikes[0];
        expect(found, `step ${step}`).toBe(own);
      });
      const total = spikes.reduce((sum, own) => sum + own, 0);
      expect(countPooled[kind](source, window)).toBe(total);
    });
    fc.assert(check, { numRuns: 200 });
  });
});
