/** simulate for a native spiking network: samples over time through its float graph, step by step in float32. */
import { basename } from "node:path";
import { compileSpiking, type SpikingRun } from "../../graph/compile-spiking.ts";
import type { Discretization } from "../../graph/discretization.ts";
import { outputNames } from "../../graph/evaluate-spiking.ts";
import { createSpikingActivity, type SpikingActivity } from "../../graph/spiking-activity.ts";
import { chooseDiscretization, type TimestepChoice } from "../../import/nir/timestep.ts";
import { foldGraph } from "../../lower/spiking/lower-spiking.ts";
import { simulationPictures } from "../../report/simulation-pictures.ts";
import { classify } from "../../simulate/classify.ts";
import type { Context } from "../command.ts";
import { createBreather } from "../interrupt.ts";
import { writePictures } from "../reports/recording.ts";
import { accuracyText } from "../text.ts";
import { accuracyOf, type Watch } from "../verification/evaluate.ts";
import { recordSpiking } from "./record-spiking.ts";
import { spikeTimesOf, spikeTimesText } from "./spike-times.ts";
import { readSpikingFile } from "./spiking-files.ts";
import { createFloatReading, type FloatReading, type Read } from "./spiking-reading.ts";
import { type OptionalSampleFiles, type SpikingSamples, spikingSamples } from "./spiking-samples.ts";

interface Predictions {
  readonly predicted: Int32Array;
  readonly activity: SpikingActivity;
}

/** What the output gives in all steps together: spikes, or membranes where it never fires; or what is asked for. */
function readingOf(
  run: SpikingRun,
  discretization: Discretization,
  output: string,
  read: Read | undefined,
): FloatReading {
  const name = read === undefined ? output : foldGraph(run.graph, discretization).readout.population;
  return createFloatReading(run.nodes.get(name)!, read ?? "count");
}

/** Classes by the reading. */
async function predict(
  run: SpikingRun,
  samples: SpikingSamples,
  reading: FloatReading,
  watch: Watch,
): Promise<Predictions> {
  const breathe = createBreather(watch.signal);
  const activity = createSpikingActivity(run);
  const predicted = new Int32Array(samples.count);
  for (let index = 0; index < samples.count; index++) {
    const sources = Array.from(run.inputs, ([name, to]) => ({
      to,
      from: samples.valuesOf(index).get(name)!,
    }));
    run.reset();
    reading.clear();
    for (let step = 0; step < samples.timesteps; step++) {
      for (const { to, from } of sources) to.set(from.subarray(step * to.length, (step + 1) * to.length));
      run.step();
      activity.observe();
      reading.observe(step);
    }
    activity.endSample();
    const logits = reading.after(samples.timesteps);
    predicted[index] = logits.length === 1 ? Number(logits[0] > 0) : classify(logits, null).label;
    watch.progress.update(index + 1, samples.count);
    await breathe();
  }
  watch.progress.end();
  return { predicted, activity };
}

export interface SimulateSpikingOptions extends OptionalSampleFiles, TimestepChoice {
  /** Folder of pictures. */
  readonly plot?: string | undefined;
  readonly readout?: Read | undefined;
}

/** Prints accuracy, rates and synaptic operations; input is [N, T, ...shape], spikes, counts or currents. */
export async function simulateSpiking(
  { terminal, signal }: Context,
  options: SimulateSpikingOptions,
  file: string,
  table: (layers: ReturnType<SpikingActivity["layers"]>) => string,
): Promise<void> {
  const { graph, stimulus } = await readSpikingFile(file);
  const { discretization, reason } = chooseDiscretization(graph, options);
  const run = compileSpiking(graph, discretization);
  const [output] = outputNames(run.graph);
  const classes = run.nodes.get(output)!.output.length;
  const samples = await spikingSamples(options, run, classes, stimulus, file, terminal.log);
  const progress = terminal.progress("evaluating", "samples");
  const reading = readingOf(run, discretization, output, options.readout);
  const { predicted, activity } = await predict(run, samples, reading, { signal, progress });
  const accuracy = accuracyOf(predicted, samples.labels);
  const [layers, synops] = [activity.layers(), activity.synops()];
  const times = samples.count === 1 ? spikeTimesOf(run, samples) : null;
  if (options.plot !== undefined) {
    const title = samples.count === 1 ? graph.name : `${graph.name}, sample 0`;
    const recorded = recordSpiking(run, discretization, samples.valuesOf(0), title);
    await writePictures(options.plot, simulationPictures(recorded));
  }
  const { count, timesteps } = samples;
  const { name: preset, dt } = discretization;
  const json = {
    samples: count,
    timesteps,
    accuracy,
    layers,
    synops,
    predicted,
    preset,
    dt,
    spikeTimes: times,
  };
  const head = `${count} ${count === 1 ? "sample" : "samples"}, T = ${timesteps}${accuracyText(accuracy)}, ${Math.round(synops)} synaptic operations a sample`;
  const clock = `${basename(file)} in float32, preset ${preset}, dt = ${dt} s (${reason})`;
  const spikes = times === null ? "" : spikeTimesText(times);
  terminal.result(json, `${table(layers)}\n\n${spikes}${head}\n${clock}`);
}
