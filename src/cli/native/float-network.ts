/** The float neurons that a network of integers was lowered from: in the same steps, read in the same way. */
import { compileSpiking, type SpikingRun } from "../../graph/compile-spiking.ts";
import type { Discretization, PresetName } from "../../graph/discretization.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import { chooseDiscretization } from "../../import/nir/timestep.ts";
import type { Network } from "../../network/network.ts";
import { provenanceOption } from "../boards/place-network.ts";
import { createBreather } from "../interrupt.ts";
import type { ScaledSamples } from "../samples.ts";
import { classOf, sampleOf, type Watch } from "../verification/evaluate.ts";
import { createFloatReading } from "./spiking-reading.ts";

export interface FloatNetwork {
  readonly run: SpikingRun;
  readonly discretization: Discretization;
}

/** As the conversion ran it: dt and preset stand in the network's provenance. Throws SPK-0118 as the conversion does. */
export function floatNetworkOf(network: Network, graph: SpikingGraph): FloatNetwork {
  const dt = provenanceOption(network, "dt");
  const preset = provenanceOption(network, "preset") as PresetName | null;
  const choice = { dt: dt === null ? undefined : Number(dt), preset: preset ?? undefined };
  const { discretization } = chooseDiscretization(graph, choice);
  return { run: compileSpiking(graph, discretization), discretization };
}

/** A reading of floats has the sign and the order of the integers' one, and no scale. */
export function floatClass(network: Network, reading: Float64Array): number {
  const inFloats: Network = { ...network, readout: { ...network.readout, scale: 1, offset: 0 } };
  return classOf(inFloats, reading, null).label;
}

/** Classes of the floats: one list for each number of timesteps in `readAt`, which ascends. */
export async function floatClassesAt(
  network: Network,
  { run }: FloatNetwork,
  samples: ScaledSamples,
  readAt: readonly number[],
  { signal, progress }: Watch,
): Promise<Int32Array[]> {
  const { population, read } = network.readout;
  const reading = createFloatReading(run.nodes.get(population)!, read);
  const [input] = run.inputs.values();
  const classes = readAt.map(() => new Int32Array(samples.count));
  const breathe = createBreather(signal);
  for (let index = 0; index < samples.count; index++) {
    const sample = sampleOf(samples, index);
    run.reset();
    reading.clear();
    let step = 0;
    readAt.forEach((timesteps, i) => {
      for (; step < timesteps; step++) {
        input.set(sample.subarray(step * input.length, (step + 1) * input.length));
        run.step();
        reading.observe(step);
      }
      classes[i][index] = floatClass(network, reading.after(timesteps));
    });
    progress.update(index + 1, samples.count);
    await breathe();
  }
  progress.end();
  return classes;
}
