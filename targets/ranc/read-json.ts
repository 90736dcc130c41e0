/**
 * The simulator's own JSON: a configuration (config.json) and a network with its packets (input.json), as ranc_sim of
 * UA-RCL/RANC 08ae4bd reads them (simulator/src/decode.hpp). Every value is checked: files may come from anywhere.
 */
import { SpikecError } from "../../src/errors/error.ts";
import type { CoreRows, GridConfiguration, NeuronRow, Packet } from "./grid.ts";

/** Cores and axons beyond these are no RANC: destination offsets have 9 bits, axon numbers 8. */
const mostAlongOneSide = 512;
const mostOfACore = 256;

export interface RancJson {
  readonly configuration: GridConfiguration;
  /** packets[k] are put in before tick k + 1. */
  readonly packets: readonly (readonly Packet[])[];
}

/** A JSON value with its path, so that a wrong one can be named. */
interface Place {
  readonly value: unknown;
  readonly path: string;
}

function refuse(place: Place, wanted: string): SpikecError {
  return new SpikecError("SPK-0404", `${place.path} is not ${wanted}`, { where: "ranc JSON" });
}

function at(place: Place, key: string): Place {
  const { value, path } = place;
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse(place, "an object");
  return { value: (value as Record<string, unknown>)[key], path: `${path}.${key}` };
}

function list(place: Place, most: number): Place[] {
  const { value, path } = place;
  if (!Array.isArray(value) || value.length > most) throw refuse(place, `a list of at most ${most}`);
  return value.map((entry, index) => ({ value: entry, path: `${path}[${index}]` }));
}

function integer(place: Place, low: number, high: number): number {
  const { value } = place;
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high)
    throw refuse(place, `an integer in ${low}..${high}`);
  return value as number;
}

const number = (place: Place) => integer(place, -(2 ** 24), 2 ** 24);

function pair(place: Place, low: number, high: number): [number, number] {
  const entries = list(place, 2);
  if (entries.length !== 2) throw refuse(place, "a pair");
  return [integer(entries[0], low, high), integer(entries[1], low, high)];
}

interface Sizes {
  readonly axons: number;
  readonly neurons: number;
  readonly weights: number;
  readonly slots: number;
}

function readNeuron(place: Place, connections: Place, axons: number, sizes: Sizes): NeuronRow {
  const connected = list(connections, axons).map((entry) => integer(entry, 0, 1));
  const [dx, dy] = pair(at(place, "destination_core_offset"), -mostAlongOneSide, mostAlongOneSide);
  const weights = list(at(place, "weights"), sizes.weights).map(number);
  if (weights.length !== sizes.weights) throw refuse(at(place, "weights"), `a list of ${sizes.weights}`);
  return {
    axons: connected.flatMap((bit, axon) => (bit === 1 ? [axon] : [])),
    weights,
    leak: number(at(place, "leak")),
    positiveThreshold: number(at(place, "positive_threshold")),
    negativeThreshold: number(at(place, "negative_threshold")),
    resetPotential: number(at(place, "reset_potential")),
    resetMode: integer(at(place, "reset_mode"), 0, 1),
    potential: number(at(place, "current_potential")),
    dx,
    dy,
    axon: integer(at(place, "destination_axon"), 0, mostOfACore - 1),
    tick: integer(at(place, "destination_tick"), 0, sizes.slots - 1),
  };
}

function readCore(place: Place, sizes: Sizes, width: number, height: number): CoreRows {
  const [x, y] = pair(at(place, "coordinates"), 0, mostAlongOneSide);
  if (x >= width || y >= height) throw refuse(at(place, "coordinates"), `a place in ${width} by ${height}`);
  const axonTypes = list(at(place, "axons"), sizes.axons).map((entry) =>
    integer(entry, 0, sizes.weights - 1),
  );
  const connections = list(at(place, "connections"), sizes.neurons);
  const neurons = list(at(place, "neurons"), sizes.neurons);
  if (connections.length !== neurons.length)
    throw refuse(at(place, "connections"), `one row for each of ${neurons.length} neurons`);
  return {
    x,
    y,
    axonTypes,
    neurons: neurons.map((neuron, row) => readNeuron(neuron, connections[row], axonTypes.length, sizes)),
  };
}

function readPacket(place: Place, slots: number): Packet {
  const [dx, dy] = pair(at(place, "destination_core"), 0, mostAlongOneSide);
  return {
    dx,
    dy,
    axon: integer(at(place, "destination_axon"), 0, mostOfACore - 1),
    tick: integer(at(place, "destination_tick"), 0, slots - 1),
  };
}

/** Throws SPK-0404 with the path of the first wrong value. */
export function readRancJson(configurationJson: unknown, networkJson: unknown): RancJson {
  const configuration: Place = { value: configurationJson, path: "config" };
  const network: Place = { value: networkJson, path: "network" };
  const limited = (key: string, most: number) => integer(at(configuration, key), 1, most);
  const sizes: Sizes = {
    axons: limited("num_axons", mostOfACore),
    neurons: limited("num_neurons", mostOfACore),
    weights: limited("num_weights", 16),
    slots: limited("max_tick_offset", 16),
  };
  const width = limited("num_cores_x", mostAlongOneSide);
  const height = limited("num_cores_y", mostAlongOneSide);
  const bus = at(network, "output_bus");
  const [busX, busY] = pair(at(bus, "coordinates"), 0, mostAlongOneSide);
  const cores = list(at(network, "cores"), width * height);
  return {
    configuration: {
      width,
      height,
      cores: cores.map((core) => readCore(core, sizes, width, height)),
      bus: { x: busX, y: busY, outputs: integer(at(bus, "num_outputs"), 1, mostOfACore) },
      slots: sizes.slots,
      negativeInclusive: integer(at(configuration, "neuron_reset_type"), 0, 1) === 1,
      potentialBits: null,
    },
    packets: list(at(network, "packets"), 2 ** 20).map((tick) =>
      list(tick, 2 ** 20).map((packet) => readPacket(packet, sizes.slots)),
    ),
  };
}
