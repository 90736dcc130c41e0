/** lava-dl's own sample networks, whose files stay where they are: nothing of them is copied into this repository. */
import { readNpy } from "../../../src/data/npy.ts";
import type { NetFile } from "../../../src/import/netx/format/net-file.ts";
import { readNet } from "../../../src/import/netx/format/read-net.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import { type LoadedLayer, loadLayers } from "../../../targets/loihi2/core/load.ts";
import { channelFirst } from "../../../targets/loihi2/proof/image-order.ts";
import {
  asLava,
  bothWays,
  type NetRun,
  plain,
  runNet,
  settingsOf,
  whc,
} from "../../../targets/loihi2/proof/run-net.ts";
import { type Case, nameOf, parseCase, rowsDiffer } from "../../../targets/loihi2/proof/vectors.ts";
import type { GoldenFiles } from "../golden.ts";

/** Rows of spikes as [step, neuron] pairs. */
function spikeEvents(rows: readonly ArrayLike<number>[]): number[][] {
  return rows.flatMap((row, step) =>
    Array.from(row, (value, neuron) => [step, neuron, value] as const)
      .filter(([, , value]) => value !== 0)
      .map(([at, neuron]) => [at, neuron]),
  );
}

/** Spike events of every layer, final states, and all states of small layers. */
function compareSample(name: string, given: Case, { recording }: NetRun): VectorResult {
  const differences = Object.entries(given.expect as Record<string, Case>).map(([key, expected]) => {
    const [layer, what] = [key.slice(0, key.indexOf(".")), key.slice(key.indexOf(".") + 1)];
    const rows = (value: string) => recording.get(`${layer}.${value}`) ?? [];
    if (what === "spike_events_t_idx")
      return rowsDiffer(key, [expected], [spikeEvents(rows("s_out")).flat()]);
    const [value, kind] = [what[0], what.slice(2)];
    if (kind === "final") return rowsDiffer(key, [expected], rows(value).slice(-1));
    return rowsDiffer(key, expected, rows(value));
  });
  const difference = differences.find((text) => text !== null) ?? null;
  return { name, exact: difference === null, difference };
}

async function sampleCase(path: string, files: GoldenFiles): Promise<VectorResult[]> {
  const given = parseCase(path, files.read(path));
  const net = await readNet(files.read(path.replace(/\.json$/, ".net")), nameOf(path));
  const first = net.layers.find(({ kind }) => kind === "dense");
  const size = first?.kind === "dense" ? first.inputs : 0;
  const input = Array.from({ length: given.T }, () => new Int32Array(size));
  for (const [step, neuron] of given.input_events_t_idx ?? []) input[step][neuron] = 1;
  const run = (read: NetFile) => runNet(read, settingsOf(given), given.T, (step) => input[step]);
  return await bothWays(nameOf(path), net, run, (name, done) => compareSample(name, given, done));
}

/** Upstream's arrays are [neurons..., time]. */
const recordedSteps = 24;
/** The chip shows 128 in place of 0 where a neuron has just fired. */
const shownAfterSpike = 128;

interface GroundTruth {
  readonly u: ArrayLike<number>;
  readonly v: ArrayLike<number>;
  readonly spikes: ArrayLike<number>;
}

function atStep(values: ArrayLike<number>, step: number): Float64Array {
  return Float64Array.from({ length: values.length / recordedSteps }, (_, neuron) =>
    Number(values[neuron * recordedSteps + step]),
  );
}

/** v and spikes from the u of the same layer: all that can be checked without the image that made them. */
function layerDiffers(layer: LoadedLayer, truth: GroundTruth, steps: number): string | null {
  const { neurons, shape } = layer;
  const sent = new Int32Array(neurons.size);
  for (let step = 0; step < steps; step++) {
    const u = atStep(truth.u, step);
    const ordered = shape.length === 3 ? channelFirst(u, whc(shape)) : u;
    // These currents are forgotten every step, so that u is 64 times the input.
    neurons.step(
      ordered.map((value) => value / 64),
      sent,
    );
    const fired = asLava(sent, layer);
    const v = asLava(neurons.state.v, layer).map((value, i) => (fired[i] === 1 ? shownAfterSpike : value));
    const difference =
      rowsDiffer(`v at step ${step}`, [[...atStep(truth.v, step)]], [v]) ??
      rowsDiffer(`spikes at step ${step}`, [[...atStep(truth.spikes, step)]], [fired]);
    if (difference !== null) return difference;
  }
  return null;
}

/** Steps until a layer is cleared, every 16, each layer one after the layer before. */
const pilotnetSteps = { "conv-4": 5, "fc-0": 6, "fc-1": 7, "fc-2": 8 };

async function* pilotnetCases(path: string, files: GoldenFiles): AsyncIterable<VectorResult> {
  const layers = loadLayers(await readNet(files.read(path), nameOf(path)), plain);
  // The input layer and conv-0 to conv-3 come before; a layer without neurons follows.
  const last = layers.slice(5);
  for (const [name, steps] of Object.entries(pilotnetSteps)) {
    const read = (suffix: string) => {
      const file = path.replace(/\.net$/, `_gts/${name}${suffix}.npy`);
      return readNpy(files.read(file), file).data;
    };
    const truth = { u: read("-u"), v: read("-v"), spikes: read("") };
    const difference = layerDiffers(last.shift()!, truth, steps);
    yield { name: `pilotnet_lif ${name}`, exact: difference === null, difference };
  }
}

export async function* runLoihiSamples(files: GoldenFiles): AsyncIterable<VectorResult> {
  for (const path of files.paths) {
    if (path.endsWith(".json")) yield* await sampleCase(path, files);
    if (path.endsWith("pilotnet_lif.net")) yield* pilotnetCases(path, files);
  }
}
