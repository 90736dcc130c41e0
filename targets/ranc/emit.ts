/**
 * Placement to Image, in the project's own files: config.json and network.json for the simulator, csram_NNN.mem and tc_NNN.mem
 * for synthesis (read-memory.ts has the layout of a line), and manifest.json, which ties axons and outputs to names.
 */
import type { Artifact, Image } from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import type { CoreRows, NeuronRow } from "./grid.ts";
import type { RancPlacement } from "./place.ts";

export const manifestName = "manifest.json";
export const configurationName = "config.json";
export const networkName = "network.json";

const { axonsOfACore, neuronsOfACore, axonTypes } = chip.limits;
const slots = 16;

/** File of a core: its number on the grid in at least three digits. */
export function memoryName(kind: "csram" | "tc", x: number, y: number, width: number): string {
  return `${kind}_${String(x + width * y).padStart(3, "0")}.mem`;
}

function bits(value: number, width: number): string {
  return (value & (2 ** width - 1)).toString(2).padStart(width, "0");
}

function csramLine(neuron: NeuronRow): string {
  const connections = new Array<string>(axonsOfACore).fill("0");
  for (const axon of neuron.axons) connections[axonsOfACore - 1 - axon] = "1";
  const words = [
    neuron.potential,
    neuron.resetPotential,
    ...neuron.weights,
    neuron.leak,
    neuron.positiveThreshold,
    neuron.negativeThreshold,
  ].map((word) => bits(word, 9));
  const destination = [bits(neuron.dx, 9), bits(neuron.dy, 9), bits(neuron.axon, 8), bits(neuron.tick, 4)];
  return [...connections, ...words, bits(neuron.resetMode, 1), ...destination].join("");
}

/** A row that nothing uses: it weighs nothing and its threshold is out of reach. */
const unused: NeuronRow = {
  axons: [],
  weights: new Array<number>(axonTypes).fill(0),
  leak: 0,
  positiveThreshold: 1,
  negativeThreshold: 0,
  resetPotential: 0,
  resetMode: 0,
  potential: 0,
  dx: 0,
  dy: 0,
  axon: 0,
  tick: 0,
};

function csramOf({ neurons }: CoreRows): string {
  const lines = Array.from({ length: neuronsOfACore }, (_, row) => csramLine(neurons[row] ?? unused));
  return `${lines.join("\n")}\n`;
}

function typesOf(core: CoreRows): string {
  const lines = Array.from({ length: axonsOfACore }, (_, axon) => bits(core.axonTypes[axon] ?? 0, 2));
  return `${lines.join("\n")}\n`;
}

function neuronJson(neuron: NeuronRow) {
  return {
    reset_potential: neuron.resetPotential,
    weights: neuron.weights,
    leak: neuron.leak,
    positive_threshold: neuron.positiveThreshold,
    negative_threshold: neuron.negativeThreshold,
    destination_core_offset: [neuron.dx, neuron.dy],
    destination_axon: neuron.axon,
    destination_tick: neuron.tick,
    current_potential: neuron.potential,
    reset_mode: neuron.resetMode,
  };
}

function coreJson({ x, y, axonTypes: types, neurons }: CoreRows) {
  const connections = neurons.map(({ axons }) => {
    const row = new Array<number>(types.length).fill(0);
    for (const axon of axons) row[axon] = 1;
    return row;
  });
  return { axons: types, neurons: neurons.map(neuronJson), connections, coordinates: [x, y] };
}

function configurationOf({ grid, cores }: RancPlacement) {
  const most = (count: (core: CoreRows) => number) =>
    cores.reduce((top, core) => Math.max(top, count(core)), 1);
  return {
    num_neurons: most(({ neurons }) => neurons.length),
    num_axons: most((core) => core.axonTypes.length),
    num_cores_x: grid.width,
    num_cores_y: grid.height,
    num_weights: axonTypes,
    max_tick_offset: slots,
    neuron_block_trace_verbosity: 0,
    core_controller_trace_verbosity: 0,
    scheduler_trace_verbosity: 0,
    // The strict negative comparison is the hardware's.
    neuron_reset_type: 0,
  };
}

function busOf({ grid, outputCount }: RancPlacement) {
  return {
    coordinates: [grid.cores % grid.width, Math.floor(grid.cores / grid.width)],
    num_outputs: outputCount,
  };
}

function manifestOf(placement: RancPlacement) {
  const { network, grid, inputs, outputs } = placement;
  const place = (core: number) => [core % grid.width, Math.floor(core / grid.width)];
  return {
    format: 1,
    target: chip.name,
    network: network.name,
    timesteps: network.timesteps,
    readout: network.readout.population,
    /** Network step k is tick k, counted from 1; packets of step k go in before tick k + 1. */
    inputs: [...inputs].map(([name, destinations]) => ({
      name,
      packets: destinations.map(({ core, firstAxon, tick }) => ({ core: place(core!), firstAxon, tick })),
    })),
    layers: grid.layers.map(({ name, neurons, planes, firstCore, cores, destinations }) => ({
      name,
      neurons,
      planes,
      cores: Array.from({ length: cores }, (_, core) => place(firstCore + core)),
      copies: destinations.length,
      firstOutput: outputs.get(name) ?? null,
    })),
  };
}

export async function emit(placement: RancPlacement): Promise<Image> {
  const { grid, cores } = placement;
  const artifact = (name: string, text: string): Artifact => ({
    name,
    bytes: new TextEncoder().encode(text),
  });
  const network = { packets: [], output_bus: busOf(placement), cores: cores.map(coreJson) };
  return {
    target: chip.name,
    artifacts: [
      artifact(configurationName, `${JSON.stringify(configurationOf(placement), null, 2)}\n`),
      artifact(networkName, `${JSON.stringify(network)}\n`),
      ...cores.flatMap((core) => [
        artifact(memoryName("csram", core.x, core.y, grid.width), csramOf(core)),
        artifact(memoryName("tc", core.x, core.y, grid.width), typesOf(core)),
      ]),
      artifact(manifestName, `${JSON.stringify(manifestOf(placement), null, 2)}\n`),
    ],
  };
}
