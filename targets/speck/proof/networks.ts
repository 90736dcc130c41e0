/**
 * Whole networks. From sinabs' quantized layers: the words of memory, the cores, and every attribute of the configuration that
 * sinabs would set. From the configuration's own JSON: what sinabs' simulation of the quantized network gave, spike by spike, and
 * the reference of events that came with the vectors.
 */
import type { Pair } from "../../../src/network/network.ts";
import type { Proof, VectorResult } from "../../../src/target/target.ts";
import { chips } from "../chip.ts";
import { configurationOf } from "../configuration.ts";
import type { CoreLayer, Extents } from "../core-layer.ts";
import { readConfiguration } from "../device/configuration.ts";
import { mapToCores } from "../mapping.ts";
import { candidatesOf, memoryOf } from "../memory.ts";
import {
  type EventSimulation,
  type LoadedChip,
  runEventSimulation,
  runTimestepSimulation,
  type TimestepSimulation,
} from "./simulations.ts";
import { casesOf, differenceOf, parseVectors } from "./vectors.ts";

interface QuantizedLayer {
  readonly in_shape: Extents;
  /** [features, channels, rows, columns] */
  readonly kernel: readonly [number, number, number, number];
  readonly stride: Pair;
  readonly padding: Pair;
  /** By destination. */
  readonly pool: readonly Pair[];
  readonly weights: readonly number[];
  readonly biases: readonly number[] | null;
  readonly threshold_high: number;
  readonly threshold_low: number;
  readonly neuron_shape: Extents;
  readonly return_to_zero: boolean;
}

interface Quantized {
  readonly layers: Readonly<Record<string, QuantizedLayer>>;
  /** Layers by layer; negative: an exit. */
  readonly destination_map: Readonly<Record<string, readonly number[]>>;
  readonly entry_points: readonly number[];
  readonly layer2core_map: Readonly<Record<string, number>>;
}

interface GoldenConfiguration {
  readonly cnn_layers: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly dvs_layer: Readonly<Record<string, unknown>>;
  readonly memory_summary: Readonly<Record<"kernel" | "neuron" | "bias", Readonly<Record<string, number>>>>;
}

const folder = "speck/nets/";
const pathOf = (name: string, part: string) => `${folder}${name}/${part}.json`;

/** Networks that have a folder with all that is needed, in order. */
function namesIn(files: ReadonlyMap<string, Uint8Array>): string[] {
  const names = [...files.keys()].map((path) => path.slice(folder.length).split("/")[0]);
  return [...new Set(names)].filter((name) => files.has(pathOf(name, "quantized"))).sort();
}

function layersOf({ layers, destination_map }: Quantized): CoreLayer[] {
  const names = Object.keys(layers);
  return Object.entries(layers).map(([name, layer]) => ({
    name,
    input: layer.in_shape,
    neurons: layer.neuron_shape,
    kernel: [layer.kernel[2], layer.kernel[3]],
    stride: layer.stride,
    padding: layer.padding,
    weights: layer.weights,
    biases: layer.biases,
    thresholdHigh: layer.threshold_high,
    thresholdLow: layer.threshold_low,
    returnToZero: layer.return_to_zero,
    initial: null,
    destinations: destination_map[name].flatMap((target, index) =>
      target < 0 ? [] : [{ layer: names.indexOf(String(target)), pooling: layer.pool[index][0] }],
    ),
    monitored: destination_map[name].some((target) => target < 0),
  }));
}

/** {"zeros": extents} stands for a tensor of zeros. */
function withZeros(core: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { zeros } = core.neurons_initial_value as { zeros?: readonly number[] };
  if (zeros === undefined) return core;
  const build = (depth: number): unknown =>
    depth === zeros.length ? 0 : Array.from({ length: zeros[depth] }, () => build(depth + 1));
  return { ...core, neurons_initial_value: build(0) };
}

function compareConfiguration(name: string, files: ReadonlyMap<string, Uint8Array>) {
  const quantized = parseVectors(files, pathOf(name, "quantized")) as Quantized;
  const golden = parseVectors(files, pathOf(name, "config_speck2f")) as GoldenConfiguration;
  const [speck2f] = chips;
  const layers = layersOf(quantized);
  const memory = layers.map(memoryOf);
  const mapping = mapToCores(
    memory.map((words) => candidatesOf(words, speck2f.cores)),
    speck2f.cores.length,
  );
  const cores = "cores" in mapping ? mapping.cores : [];
  const configuration = configurationOf(speck2f, { layers, cores, camera: null });
  const coreOf = (name: string) => cores[layers.findIndex((layer) => layer.name === name)];
  const byName = (values: readonly number[]) =>
    Object.fromEntries(layers.map((layer, i) => [layer.name, values[i]]));
  const summary = (key: "kernel" | "neuron" | "bias") => byName(memory.map((words) => words[key]));
  const emitted = configuration.cnn_layers as readonly Readonly<Record<string, unknown>>[];
  const difference = differenceOf(
    {
      layer2core_map: quantized.layer2core_map,
      memory_summary: golden.memory_summary,
      dvs_layer: golden.dvs_layer,
      cnn_layers: Object.fromEntries(
        Object.entries(golden.cnn_layers).map(([core, attributes]) => [core, withZeros(attributes)]),
      ),
    },
    {
      layer2core_map: byName(cores),
      memory_summary: { kernel: summary("kernel"), neuron: summary("neuron"), bias: summary("bias") },
      dvs_layer: configuration.dvs_layer,
      cnn_layers: Object.fromEntries(
        Object.keys(golden.cnn_layers).map((core) => [core, emitted[Number(core)]]),
      ),
    },
  );
  const result: VectorResult = { name: `${name}: configuration`, exact: difference === null, difference };
  // By way of text, as a device gets it.
  const loaded = readConfiguration(JSON.parse(JSON.stringify(configuration)));
  const entries = quantized.entry_points.map((layer) => coreOf(String(layer)));
  const chip: LoadedChip = { network: name, configuration: loaded, entries, coreOf };
  return { result, chip };
}

function runNetwork(name: string, files: ReadonlyMap<string, Uint8Array>): VectorResult[] {
  const { result, chip } = compareConfiguration(name, files);
  const simulations = <Simulation>(part: string) =>
    casesOf<Simulation>(parseVectors(files, pathOf(name, part)), "sims", pathOf(name, part));
  const results = [
    result,
    ...simulations<TimestepSimulation>("sim_timestep").map((simulation) =>
      runTimestepSimulation(chip, simulation),
    ),
  ];
  if (!files.has(pathOf(name, "sim_event"))) return results; // Not every network came with events.
  return [
    ...results,
    ...simulations<EventSimulation>("sim_event").map((simulation) => runEventSimulation(chip, simulation)),
  ];
}

export const networkProof: Proof = {
  suite: "speck/nets",
  files: [folder],
  whose:
    "synsense/sinabs commit 904eb89: make_config and the simulation of quantized networks; simulations of events by an independent reference",
  vectors: 13,
  run: (files) => namesIn(files).flatMap((name) => runNetwork(name, files)),
};
