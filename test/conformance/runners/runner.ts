/**
 * What runs a suite: it goes through the files and yields a result for every vector in them, one at a time, so that a
 * suite of any size is run in the memory of its largest file.
 */
import type { VectorResult } from "../../../src/target/target.ts";
import type { GoldenFiles } from "../golden.ts";

export type Engine = "wasm" | "reference";

export interface RunnerOptions {
  /** Which simulator runs the suites of the neuron law. */
  readonly engine: Engine;
}

type Results = Iterable<VectorResult> | AsyncIterable<VectorResult>;

export type Runner = (files: GoldenFiles, options: RunnerOptions) => Results | Promise<Results>;
