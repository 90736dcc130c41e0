/**
 * The smallest T that reaches an accuracy, each T lowered anew: doubled until it is reached, then halved between the last
 * that fell short and the first that did not. Accuracy does not rise with every step, so that a smaller T may reach it by
 * luck: what is found is reached, and the T below it in the tries is not. Behind `convert --target-accuracy`.
 */
import { SpikecError } from "../../errors/error.ts";
import { formatTable } from "../../report/table.ts";
import type { Target } from "../../target/target.ts";
import type { Context } from "../command.ts";
import { readGraph } from "../files.ts";
import { readGraphSamples, type SampleFiles } from "../samples.ts";
import { percentText } from "../text.ts";
import { accuracyOf, agreementOf, floatPredictions, runIntegers } from "../verification/evaluate.ts";
import { type Converted, type ConvertOptions, convertModel } from "./convert-model.ts";

export interface Try {
  readonly timesteps: number;
  readonly accuracy: number;
  readonly agreement: number;
  readonly synops: number;
  readonly reached: boolean;
}

/** Calls `reaches` for T = 1, 2, 4 ... up to `most`, then between. null: none of them does. */
export async function smallestTimesteps(
  most: number,
  reaches: (timesteps: number) => Promise<boolean>,
): Promise<number | null> {
  let short = 0;
  let found = 1;
  while (!(await reaches(found))) {
    if (found === most) return null;
    short = found;
    found = Math.min(most, 2 * found);
  }
  while (found - short > 1) {
    const middle = Math.floor((short + found) / 2);
    if (await reaches(middle)) found = middle;
    else short = middle;
  }
  return found;
}

export interface AccuracyRequest {
  /** 0..1 */
  readonly accuracy: number;
  readonly mostTimesteps: number;
  readonly samples: SampleFiles;
}

export interface AccuracyFound {
  readonly converted: Converted;
  readonly original: number;
  readonly tries: readonly Try[];
}

/** One line a T, in ascending order. */
export function tryTable(tries: readonly Try[]): string {
  const rows = tries
    .toSorted((a, b) => a.timesteps - b.timesteps)
    .map(({ timesteps, accuracy, agreement, synops, reached }) => [
      String(timesteps),
      percentText(accuracy),
      percentText(agreement),
      Math.round(synops).toString(),
      reached ? "reached" : "short",
    ]);
  return formatTable(["T", "accuracy", "same class", "synops a sample", ""], rows);
}

/** Throws SPK-0807 where the accuracy is beyond the original or not reached with the timesteps allowed. */
export async function convertForAccuracy(
  context: Context,
  file: string,
  target: Target,
  options: ConvertOptions,
  { accuracy: wanted, mostTimesteps, samples: files }: AccuracyRequest,
): Promise<AccuracyFound> {
  const { terminal, signal } = context;
  const graph = await readGraph(file);
  const samples = await readGraphSamples(files, graph);
  const float = await floatPredictions(graph, samples, {
    signal,
    progress: terminal.progress("original", "samples"),
  });
  const original = accuracyOf(float, samples.labels)!;
  if (wanted > original)
    throw new SpikecError(
      "SPK-0807",
      `${percentText(wanted)} is asked for, and the original itself has ${percentText(original)} on these samples`,
      { where: files.input },
    );
  const tries: Try[] = [];
  let last: Converted | null = null; // The last that reached it is the smallest.
  const found = await smallestTimesteps(mostTimesteps, async (timesteps) => {
    const converted = await convertModel(context, file, target, { ...options, timesteps });
    const progress = terminal.progress(`T = ${timesteps}`, "samples");
    const result = await runIntegers(converted.network, samples, { signal, progress });
    const accuracy = accuracyOf(result.predicted[0], samples.labels)!;
    const reached = accuracy >= wanted;
    const agreement = agreementOf(float, result.predicted[0]);
    tries.push({ timesteps, accuracy, agreement, synops: result.synops, reached });
    if (reached) last = converted;
    terminal.log(
      `T = ${timesteps}: ${percentText(accuracy)}, ${reached ? "reached" : "short of"} ${percentText(wanted)}`,
    );
    return reached;
  });
  if (found !== null && last !== null) return { converted: last, original, tries };
  const best = tries.reduce((top, one) => (one.accuracy > top.accuracy ? one : top));
  throw new SpikecError(
    "SPK-0807",
    `${percentText(wanted)} is not reached with T up to ${mostTimesteps}: the best is ${percentText(best.accuracy)} at T = ${best.timesteps} (original ${percentText(original)})`,
    { where: file },
  );
}
