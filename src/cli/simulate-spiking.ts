/** simulate for a native spiking network: samples over time through its float graph, step by step in float32. */
import { basename } from "node:path";
import { readArray } from "../data/read-array.ts";
import { matchSamplesOverTime } from "../data/samples.ts";
import { SpikecError } from "../errors/error.ts";
import { compileSpiking, type SpikingRun } from "../graph/compile-spiking.ts";
import { outputNames } from "../graph/evaluate-spiking.ts";
import { sizeOf } from "../graph/graph.ts";
import { createSpikingActivity, type SpikingActivity } from "../graph/spiking-activity.ts";
import { chooseDiscretization, type TimestepChoice } from "../import/nir/timestep.ts";
import { classify } from "../simulate/classify.ts";
import type { Context } from "./command.ts";
import { accuracyOf, sampleOf, type Watch } from "./evaluate.ts";
import { createBreather } from "./interrupt.ts";
import { readSamples, type SampleFiles, type ScaledSamples } from "./samples.ts";
import { readSpikingGraph } from "./spiking-files.ts";
import { accuracyText } from "./text.ts";

interface Predictions {
  readonly predicted: Int32Array;
  readonly activity: SpikingActivity;
}

/** The one Input, and the node whose values, added up over time, are the classes. */
function endsOf(run: SpikingRun, file: string): { input: Float32Array; inputName: string; output: string } {
  const [[inputName, input], ...others] = [...run.inputs];
  if (inputName === undefined || others.length > 0) {
    const what = `the network has ${run.inputs.size} inputs; simulate has samples for one`;
    throw new SpikecError("SPK-0203", what, { where: file });
  }
  return { input, inputName, output: outputNames(run.graph)[0] };
}

/** Classes by what the output gives in all steps together: spikes, or membranes where it never fires. */
async function predict(
  run: SpikingRun,
  samples: ScaledSamples,
  timesteps: number,
  { input, output }: { readonly input: Float32Array; readonly output: string },
  watch: Watch,
): Promise<Predictions> {
  const breathe = createBreather(watch.signal);
  const activity = createSpikingActivity(run);
  const given = run.nodes.get(output)!.output;
  const predicted = new Int32Array(samples.count);
  for (let index = 0; index < samples.count; index++) {
    const values = sampleOf(samples, index);
    const reading = new Float64Array(given.length);
    run.reset();
    for (let step = 0; step < timesteps; step++) {
      input.set(values.subarray(step * input.length, (step + 1) * input.length));
      run.step();
      activity.observe();
      for (let i = 0; i < reading.length; i++) reading[i] += given[i];
    }
    activity.endSample();
    predicted[index] = reading.length === 1 ? Number(reading[0] > 0) : classify(reading, null).label;
    watch.progress.update(index + 1, samples.count);
    await breathe();
  }
  watch.progress.end();
  return { predicted, activity };
}

/** Prints accuracy, rates and synaptic operations; input is [N, T, ...shape], spikes, counts or currents. */
export async function simulateSpiking(
  { terminal, signal }: Context,
  options: SampleFiles & TimestepChoice,
  file: string,
  table: (layers: ReturnType<SpikingActivity["layers"]>) => string,
): Promise<void> {
  const graph = await readSpikingGraph(file);
  const { discretization, reason } = chooseDiscretization(graph, options);
  const run = compileSpiking(graph, discretization);
  const ends = endsOf(run, basename(file));
  const { shape } = run.nodes.get(ends.inputName)!;
  const classes = run.nodes.get(ends.output)!.output.length;
  let timesteps = 0;
  const samples = await readSamples(options, classes, (bytes) => {
    const matched = matchSamplesOverTime(readArray(bytes, options.input), shape, options.input);
    timesteps = matched.timesteps;
    return matched;
  });
  const progress = terminal.progress("evaluating", "samples");
  const { predicted, activity } = await predict(run, samples, timesteps, ends, { signal, progress });
  const accuracy = accuracyOf(predicted, samples.labels);
  const [layers, synops] = [activity.layers(), activity.synops()];
  const time = { preset: discretization.name, dt: discretization.dt };
  const json = { samples: samples.count, timesteps, accuracy, layers, synops, predicted, ...time };
  const head = `${samples.count} samples, T = ${timesteps}${accuracyText(accuracy)}, ${Math.round(synops)} synaptic operations a sample`;
  const clock = `float32, preset ${time.preset}, dt = ${time.dt} s (${reason}), ${sizeOf(shape)} inputs`;
  terminal.result(json, `${table(layers)}\n\n${head}\n${clock}`);
}
