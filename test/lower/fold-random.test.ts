import fc from "fast-check";
import { expect, it } from "vitest";
import { evaluate } from "../../src/graph/evaluate.ts";
import { checkFold } from "../../src/lower/check-fold.ts";
import { fold } from "../../src/lower/fold.ts";
import { measure } from "../../src/lower/measure.ts";
import { rewrite } from "../../src/lower/rewrite.ts";
import { evaluateFolded } from "./evaluate-folded.ts";
import { samplesOf, seeded } from "./graph-parts.ts";
import { arbitraryGraph } from "./random-graphs.ts";

it("folded networks give the logits of their graphs, whatever the blocks", () => {
  const check = fc.property(arbitraryGraph, fc.nat(), (graph, seed) => {
    const [{ shape }] = graph.nodes;
    const sample = Float64Array.from(samplesOf(seeded(seed), shape, 1, -1));
    const expected = evaluate(graph, sample, 1).get(graph.output)!;
    const largest = Math.max(1, ...expected.map(Math.abs));
    evaluateFolded(fold(rewrite(graph)), [...sample]).forEach((logit, i) => {
      expect(Math.abs(logit - expected[i]) / largest, `logit ${i}`).toBeLessThan(1e-9);
    });
  });
  fc.assert(check, { numRuns: 250 });
});

it("the check of folding passes for folded graphs, and names the layer in which weights were changed", () => {
  const check = fc.property(arbitraryGraph, (graph) => {
    const rewritten = rewrite(graph);
    const folded = fold(rewritten);
    const [{ shape }] = graph.nodes;
    const samples = samplesOf(seeded(1), shape, 2, -1);
    const values = measure(rewritten, folded, { values: samples, samples: 2, inputScale: null });
    expect(() => checkFold(folded, values, 2)).not.toThrow();
    const last = folded.activations.at(-1)!;
    const changed = { ...last, constant: last.constant.map((value) => value + 1000) };
    const broken = { ...folded, activations: [...folded.activations.slice(0, -1), changed] };
    const attempt = () => checkFold(broken, values, 2);
    expect(attempt).toThrow(expect.objectContaining({ code: "SPK-0302", where: last.name }));
  });
  fc.assert(check, { numRuns: 60 });
});
