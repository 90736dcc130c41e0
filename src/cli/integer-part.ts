/** Some of the samples through the integers: what one thread does of them, and plain data as the result. */
import type { Network } from "../network/network.ts";
import { type ActivityCounts, createActivity } from "../simulate/activity.ts";
import { classOf } from "../simulate/class-of.ts";
import type { EngineKind } from "../simulate/engine-choice.ts";
import { spreadsOf } from "../simulate/fan-out.ts";
import { openEngine } from "../simulate/open-engine.ts";
import type { Run } from "../simulate/reference.ts";

export { classOf } from "../simulate/class-of.ts";

export interface IntegerJob {
  readonly network: Network;
  /** Numbers of timesteps at which the readout is read. */
  readonly readAt: readonly number[];
  readonly engine: EngineKind | undefined;
}

/** values: [count, ...one sample] in the units of the network's input. */
export interface Batch {
  readonly count: number;
  readonly values: Float32Array;
}

export interface IntegerPart {
  /** One list of classes for each of `readAt`. */
  readonly predicted: readonly Int32Array[];
  /** Samples whose largest reading was shared by several classes, likewise. */
  readonly ties: readonly number[];
  /** What had been sent at each of `readAt`, likewise. */
  readonly activities: readonly ActivityCounts[];
  /** Why it did not run on the engine that was asked for, or null. */
  readonly note: string | null;
}

const nothing: ReadonlySet<string> = new Set();

export interface PartWatch {
  /** Waited for after each sample. */
  after(run: Run, index: number): Promise<void>;
  /** Of how many runs, the first ones, `after` looks at the events; of others they are not made. */
  readonly observed: number;
}

export async function runPart(
  { network, readAt, engine: kind }: IntegerJob,
  { count, values }: Batch,
  { after, observed }: PartWatch,
): Promise<IntegerPart> {
  const predicted = readAt.map(() => new Int32Array(count));
  const ties = readAt.map(() => 0);
  const spreads = spreadsOf(network);
  const activities = readAt.map((timesteps) => createActivity({ ...network, timesteps }, spreads));
  const engine = await openEngine(network, { counts: true, ...(kind === undefined ? {} : { engine: kind }) });
  const size = values.length / count;
  for (let index = 0; index < count; index++) {
    const run = engine.runSample(values.subarray(index * size, (index + 1) * size), {
      readAt,
      ...(index < observed ? {} : { events: nothing }),
    });
    run.readings.forEach((reading, i) => {
      activities[i].addSample(run.counts![i]);
      const { label, tied } = classOf(network, reading, run.tieBreaks[i]);
      predicted[i][index] = label;
      if (tied) ties[i]++;
    });
    await after(run, index);
  }
  return { predicted, ties, activities: activities.map((one) => one.counts()), note: engine.note };
}
