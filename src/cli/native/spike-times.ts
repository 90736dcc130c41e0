/** When the neurons of a small network fire in one sample: what a lesson is about, and too much of a large one. */
import type { SpikingRun } from "../../graph/compile-spiking.ts";
import { recordRun } from "../../graph/evaluate-spiking.ts";
import { sizeOf } from "../../graph/graph.ts";
import { fires } from "../../graph/spiking-activity.ts";
import { proseText } from "../text.ts";
import type { SpikingSamples } from "./spiking-samples.ts";

/** By layer: of each neuron, the steps in which it fires. */
export type SpikeTimes = Readonly<Record<string, readonly (readonly number[])[]>>;

const mostNeurons = 64;
const mostValues = 2 ** 20;
/** In text, for a handful of neurons; --json has them all. */
const mostLines = 12;
const mostTimes = 12;

/** null for networks of many neurons. */
export function spikeTimesOf(run: SpikingRun, samples: SpikingSamples): SpikeTimes | null {
  const layers = run.graph.nodes.filter(fires);
  const neurons = layers.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (neurons > mostNeurons * layers.length || neurons * samples.timesteps > mostValues) return null;
  const record = new Set(layers.map(({ name }) => name));
  const { spikes } = recordRun(run, samples.valuesOf(0), { record });
  // Without a prototype, so that a layer may have any name.
  const times: Record<string, number[][]> = Object.create(null);
  for (const { name, shape } of layers) {
    const [values, size] = [spikes.get(name)!, sizeOf(shape)];
    times[name] = Array.from({ length: size }, (_, neuron) =>
      Array.from({ length: samples.timesteps }, (_, step) => step).filter(
        (step) => values[step * size + neuron] !== 0,
      ),
    );
  }
  return times;
}

/** "lif fires in 3 steps: 36, 63, 91", a line a neuron; "" for more neurons than one reads about. */
export function spikeTimesText(times: SpikeTimes): string {
  const lines = Object.entries(times).flatMap(([name, neurons]) =>
    neurons.map((steps, neuron) => {
      const who = neurons.length === 1 ? name : `${name}, neuron ${neuron}`;
      if (steps.length === 0) return `${who} never fires`;
      const more = steps.length > mostTimes ? ", ..." : "";
      const when = steps.length === 1 ? "step" : `${steps.length} steps:`;
      return `${who} fires in ${when} ${steps.slice(0, mostTimes).join(", ")}${more}`;
    }),
  );
  return lines.length > mostLines ? "" : `${lines.map(proseText).join("\n")}\n\n`;
}
