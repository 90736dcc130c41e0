/**
 * Runs one suite and counts: how many vectors, how many exact, what is wrong. Never throws: a suite that cannot be run has
 * failed, and says why.
 */
import { type Golden, goldenFiles } from "./golden.ts";
import { runners } from "./runners/index.ts";
import type { RunnerOptions } from "./runners/runner.ts";
import type { Suite } from "./suites.ts";

/** Enough to see what is wrong; the number of those that differ is always whole. */
const shownDifferences = 5;

export interface SuiteResult {
  readonly suite: string;
  /** not here: the small copy of the golden tree lacks this suite. */
  readonly outcome: "passed" | "failed" | "not yet" | "not here";
  readonly vectors: number;
  readonly exact: number;
  readonly differing: number;
  /** Why it failed, where it is not for a difference: missing, empty, broken. */
  readonly problem: string | null;
  /** The first differences: "vector: where and what". */
  readonly differences: readonly string[];
}

/** Runs a suite whose status is done; others are named and passed over. */
export async function runSuite(suite: Suite, golden: Golden, options: RunnerOptions): Promise<SuiteResult> {
  const nothing = { suite: suite.name, vectors: 0, exact: 0, differing: 0, problem: null, differences: [] };
  if (suite.status === "not yet") return { ...nothing, outcome: "not yet" };
  const files = goldenFiles(golden, suite.files);
  if ("missing" in files) {
    if (golden.partial) return { ...nothing, outcome: "not here" };
    return { ...nothing, outcome: "failed", problem: `${files.missing} is missing or empty` };
  }
  const runner = runners.get(suite.name);
  if (runner === undefined)
    return { ...nothing, outcome: "failed", problem: "no runner is registered for it" };
  let [exact, differing] = [0, 0];
  let problem: string | null = null;
  const differences: string[] = [];
  try {
    for await (const { name, exact: isExact, difference } of await runner(files, options)) {
      if (isExact) exact++;
      else if (++differing <= shownDifferences) differences.push(`${name}: ${difference ?? "differs"}`);
    }
    problem = countProblem(suite, golden, exact + differing);
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  const outcome = problem === null && differing === 0 ? "passed" : "failed";
  return { suite: suite.name, outcome, vectors: exact + differing, exact, differing, problem, differences };
}

/** A runner that passes over a vector would otherwise pass. */
function countProblem({ vectors }: Suite, { whole }: Golden, found: number): string | null {
  if (found === 0) return "it holds no vectors";
  if (!whole || found === vectors) return null;
  return `${found} vectors were run; suites.json counts ${vectors ?? "none"}`;
}
