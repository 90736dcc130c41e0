/** Samples over time for the one input of a native spiking network: arrays of spikes, counts or currents, or events. */
import { matchSamplesOverTime } from "../../data/samples.ts";
import { type Shape, sizeOf } from "../../graph/graph.ts";
import { readSamples, type SampleFiles, type ScaledSamples, samplesOfEvents } from "../samples.ts";

export interface TimedSamples extends ScaledSamples {
  readonly timesteps: number;
  /** Whether values are counts of events. */
  readonly events: boolean;
}

/**
 * @param shape of the input; values are [count, timesteps, ...shape]
 * @param classes neurons of the output, for the labels
 * @param steps of a sample of events; null: as many as the events need
 * @throws SpikecError SPK-06xx, and SPK-0901
 */
export async function readTimedSamples(
  files: SampleFiles,
  shape: Shape,
  classes: number,
  steps: number | null,
  log: (text: string) => void,
): Promise<TimedSamples> {
  const events = await samplesOfEvents(files, classes, { shape, steps }, log);
  const samples =
    events ?? (await readSamples(files, classes, (array) => matchSamplesOverTime(array, shape, files.input)));
  const timesteps = samples.values.length / samples.count / sizeOf(shape);
  return { ...samples, timesteps, events: events !== null };
}
