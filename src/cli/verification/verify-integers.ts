/**
 * The part of a verification that is the same for every kind of original: the integers run, are counted and priced, and their
 * classes stand beside those of the floats.
 */
import type { Network } from "../../network/network.ts";
import type { LayerActivity } from "../../simulate/activity.ts";
import type { Run } from "../../simulate/reference.ts";
import { type Silence, silenceOf } from "../../simulate/silence.ts";
import type { Context } from "../command.ts";
import type { ScaledSamples } from "../samples.ts";
import { type CountedRuns, createOperationCounter, type Energy, energyOf } from "./counted-operations.ts";
import { accuracyOf, agreementOf, runIntegers } from "./evaluate.ts";
import type { VerifyOptions } from "./verify-on-board.ts";

export interface VerifiedIntegers {
  readonly samples: number;
  readonly timesteps: number;
  readonly ann: { readonly accuracy: number | null };
  readonly snn: { readonly accuracy: number | null };
  /** Share of samples in which original and integers give the same class. */
  readonly agreement: number;
  /** Synaptic operations a sample. */
  readonly synops: number;
  /** On the samples on which layers are compared. */
  readonly operations: CountedRuns;
  /** Of a sample; null: nothing is published for the chip. */
  readonly energy: Energy | null;
  readonly silence: Silence | null;
}

export interface FloatSide {
  /** What the progress bar says. */
  readonly label: string;
  /** Sees the first `observed` runs, in order. */
  readonly onRun: (run: Run, index: number) => void;
  readonly observed: number;
  /** Classes of the floats, asked for when all runs are done. */
  classes(): ArrayLike<number>;
}

export async function verifyIntegers(
  { terminal, signal }: Pick<Context, "terminal" | "signal">,
  network: Network,
  samples: ScaledSamples,
  float: FloatSide,
  { target, engine, threads, picojoulesPerSynop }: VerifyOptions,
): Promise<{ readonly verified: VerifiedIntegers; readonly activity: readonly LayerActivity[] }> {
  const counter = createOperationCounter(network);
  const integers = await runIntegers(network, samples, {
    signal,
    progress: terminal.progress(float.label, "samples"),
    engine,
    threads,
    onRun: (run, index) => {
      float.onRun(run, index);
      counter.add(run.train);
    },
    observed: float.observed,
  });
  if (integers.note !== null) terminal.log(integers.note);
  const operations = counter.counted();
  const classes = float.classes();
  const [predicted] = integers.predicted;
  const verified = {
    samples: samples.count,
    timesteps: network.timesteps,
    ann: { accuracy: accuracyOf(classes, samples.labels) },
    snn: { accuracy: accuracyOf(predicted, samples.labels) },
    agreement: agreementOf(classes, predicted),
    synops: integers.synops,
    operations,
    energy: energyOf(target.chip, network, integers.synops, operations, picojoulesPerSynop ?? null),
    silence: silenceOf(network, integers.layers),
  };
  return { verified, activity: integers.layers };
}
