/**
 * What goes into a float spiking graph: samples of a file for its one Input, or the stimulus that a .snn.yaml brings along
 * for all of them.
 */
import { basename } from "node:path";
import { SpikecError } from "../../errors/error.ts";
import type { SpikingRun } from "../../graph/compile-spiking.ts";
import type { Stimulus } from "../../import/yaml/stimulus.ts";
import type { SampleFiles } from "../samples.ts";
import { sampleOf } from "../verification/evaluate.ts";
import { readTimedSamples } from "./timed-samples.ts";

export interface SpikingSamples {
  readonly count: number;
  readonly timesteps: number;
  readonly labels: Int32Array | null;
  /** Of one sample, by the name of the Input: [timesteps, ...shape]. */
  valuesOf(index: number): ReadonlyMap<string, Float32Array>;
}

/** `--input` is needed only where a file has no stimulus. */
export type OptionalSampleFiles = Omit<SampleFiles, "input"> & { readonly input?: string | undefined };

/**
 * @param classes neurons of the output, for the labels
 * @throws SpikecError SPK-0002 where there is nothing to feed, SPK-0203 for a network of several Inputs, SPK-06xx
 */
export async function spikingSamples(
  files: OptionalSampleFiles,
  run: SpikingRun,
  classes: number,
  stimulus: Stimulus | null,
  file: string,
  log: (text: string) => void,
): Promise<SpikingSamples> {
  const { input } = files;
  if (input === undefined) return ofStimulus(stimulus, files, file);
  const [[name] = [""], ...others] = run.inputs;
  if (name === "" || others.length > 0) {
    const what = `the network has ${run.inputs.size} inputs; simulate has samples for one`;
    throw new SpikecError("SPK-0203", what, { where: basename(file) });
  }
  const { shape } = run.nodes.get(name)!;
  const samples = await readTimedSamples({ ...files, input }, shape, classes, null, log);
  const { count, timesteps, labels } = samples;
  return { count, timesteps, labels, valuesOf: (index) => new Map([[name, sampleOf(samples, index)]]) };
}

function ofStimulus(stimulus: Stimulus | null, files: OptionalSampleFiles, file: string): SpikingSamples {
  if (stimulus === null) {
    const advice = "Give --input FILE; a .snn.yaml may bring a stimulus of its own.";
    throw new SpikecError("SPK-0002", "there is nothing to feed to the network", {
      where: basename(file),
      advice,
    });
  }
  if (files.labels !== undefined)
    throw new SpikecError("SPK-0002", "--labels are classes of the samples of --input");
  return { count: 1, timesteps: stimulus.steps, labels: null, valuesOf: () => stimulus.values };
}
