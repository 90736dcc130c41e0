/**
 * onnxruntime-web as the judge: what a model gives according to a runtime that is not ours. Graph optimisation is
 * off, so that QuantizeLinear and DequantizeLinear are computed as written and not fused into integer kernels.
 */
import * as runtime from "onnxruntime-web";
import { expect } from "vitest";
import { evaluate } from "../../../src/graph/evaluate.ts";
import { type FloatArray, sizeOf } from "../../../src/graph/graph.ts";
import { importOnnx } from "../../../src/import/onnx/import-onnx.ts";
import { randomValues } from "./model-builder.ts";

runtime.env.wasm.numThreads = 1;

/** The model's output for samples [count, ...shape], flat. */
export async function runOracle(
  model: Uint8Array,
  samples: Float32Array,
  count: number,
  shape: readonly number[],
): Promise<Float32Array> {
  const session = await runtime.InferenceSession.create(model, {
    graphOptimizationLevel: "disabled",
    executionProviders: ["wasm"],
    // 3: errors only. Its warnings on shapes that it infers wrongly would hide ours.
    logSeverityLevel: 3,
  });
  try {
    const input = new runtime.Tensor("float32", samples, [count, ...shape]);
    const results = await session.run({ [session.inputNames[0]]: input });
    return results[session.outputNames[0]].data as Float32Array;
  } finally {
    await session.release();
  }
}

/** Imports and evaluates the model on random samples and compares with the oracle, value by value. */
export async function expectSameAsOracle(model: Uint8Array, count = 2): Promise<void> {
  const graph = await importOnnx(model, { file: "test.onnx" });
  const { shape } = graph.nodes[0];
  const samples = randomValues(count * sizeOf(shape), 77);
  const ours = evaluate(graph, samples, count).get(graph.output)!;
  expectClose(ours, await runOracle(model, samples, count, shape), 1e-5);
}

/** Fails naming the value that differs most. */
export function expectClose(ours: FloatArray, theirs: FloatArray, bound: number): void {
  expect(ours.length, "number of values").toBe(theirs.length);
  let worst = 0;
  for (let index = 0; index < ours.length; index++) {
    if (!(Math.abs(ours[index] - theirs[index]) <= Math.abs(ours[worst] - theirs[worst]))) worst = index;
  }
  const what = `value ${worst}: ours ${ours[worst]}, theirs ${theirs[worst]}`;
  expect(Math.abs(ours[worst] - theirs[worst]), what).toBeLessThanOrEqual(bound);
}
