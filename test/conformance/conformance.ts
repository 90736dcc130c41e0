/**
 * The conformance command: its options, its lines, its exit code. `npm run conformance -- [--golden DIR]
 * [--suite NAME] [--engine wasm|reference] [--json]`.
 */
import { parseArgs } from "node:util";
import { findGolden, type Golden } from "./golden.ts";
import { runSuite, type SuiteResult } from "./run-suite.ts";
import type { Engine } from "./runners/runner.ts";
import { readSuites, type Suite } from "./suites.ts";

/** Where lines go: results to `out`, what is wrong to `error`. */
export interface Output {
  out(line: string): void;
  error(line: string): void;
}

interface Options {
  readonly golden: Golden;
  readonly suite: Suite | null;
  readonly engine: Engine;
  readonly json: boolean;
}

/** Runs the suites and returns the exit code: 0 passed, 1 failed (or asked for a suite that is not yet), 2 usage. */
export async function conformance(
  parameters: readonly string[],
  output: Output,
  suites: readonly Suite[] = readSuites(),
): Promise<number> {
  let options: Options;
  try {
    options = readOptions(parameters, suites);
  } catch (error) {
    output.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
  const chosen = options.suite === null ? suites : [options.suite];
  if (!options.json) output.out(row("suite", "vectors", "exact", "differing"));
  const results: SuiteResult[] = [];
  for (const suite of chosen) {
    const result = await runSuite(suite, options.golden, { engine: options.engine });
    if (!options.json) printResult(result, output);
    results.push(result);
  }
  const failure = failureOf(results, options.suite);
  const total = totalOf(results);
  if (options.json) {
    output.out(
      JSON.stringify({ golden: options.golden.folder, suites: results, total, passed: failure === null }),
    );
  } else {
    output.out(row("total", total.vectors, total.exact, total.differing));
  }
  if (failure === null) return 0;
  output.error(failure);
  return 1;
}

function readOptions(parameters: readonly string[], suites: readonly Suite[]): Options {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      golden: { type: "string" },
      suite: { type: "string" },
      engine: { type: "string", default: "reference" },
      json: { type: "boolean", default: false },
    },
  });
  const { engine } = values;
  if (engine !== "wasm" && engine !== "reference") throw new Error(`--engine ${engine}: wasm or reference`);
  const suite = suites.find(({ name }) => name === values.suite) ?? null;
  if (values.suite !== undefined && suite === null) {
    throw new Error(`--suite ${values.suite}: there are ${suites.map(({ name }) => name).join(", ")}`);
  }
  return { golden: findGolden(values.golden), suite, engine, json: values.json };
}

function failureOf(results: readonly SuiteResult[], asked: Suite | null): string | null {
  const failed = results.filter(({ outcome }) => outcome === "failed").map(({ suite }) => suite);
  if (failed.length > 0) return `failed: ${failed.join(", ")}`;
  if (asked?.status === "not yet") return `${asked.name} is not yet done`;
  return results.some(({ outcome }) => outcome === "passed") ? null : "no suite was run";
}

function totalOf(results: readonly SuiteResult[]) {
  const sum = (count: (result: SuiteResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  return {
    vectors: sum(({ vectors }) => vectors),
    exact: sum(({ exact }) => exact),
    differing: sum(({ differing }) => differing),
  };
}

function printResult(result: SuiteResult, output: Output): void {
  const { suite, outcome, vectors, exact, differing, problem, differences } = result;
  if (outcome === "not yet" || outcome === "not here") output.out(`${suite.padEnd(20)} ${outcome}`);
  else output.out(row(suite, vectors, exact, differing));
  if (problem !== null) output.error(`  ${suite}: ${problem}`);
  for (const difference of differences) output.error(`  ${suite}: ${difference}`);
}

function row(name: string, ...counts: readonly (string | number)[]): string {
  return [name.padEnd(20), ...counts.map((count) => String(count).padStart(9))].join(" ");
}
