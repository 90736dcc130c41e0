/**
 * A network's module with its memory: what runs and streams have in common. Layers take turns, each for as many steps as
 * nothing that feeds back forbids.
 */
import type { Input, Network } from "../../network/network.ts";
import type { Events } from "../../network/spikes.ts";
import { quantizeSample } from "../encode.ts";
import { type CompiledLayer, compile } from "./compile.ts";
import { addressOf, inLanes, type LanePlan } from "./lanes.ts";
import { createSpikeLoader, type SpikeLoader } from "./load-spikes.ts";
import { type LayerPlan, type Plan, planNetwork } from "./plan.ts";
import { createSpikeReader, type SpikeReader } from "./read-spikes.ts";

/** Steps t .. end - 1, at most `chunk` of them. */
export interface Turn {
  readonly t: number;
  readonly end: number;
  /** Events of inputs; an input that has none is silent. */
  readonly input: ReadonlyMap<string, Events>;
  /** Step of those events that step t reads. */
  readonly inputStep: number;
  /** Inputs that rate encoders of the module make, from what `setSample` gave them. */
  readonly encoded: ReadonlySet<string>;
}

export interface Program {
  /** Of the module and of its memory. */
  readonly codeBytes: number;
  readonly memoryBytes: number;
  readonly chunk: number;
  /** By name: rate encoders and populations. */
  readonly layers: ReadonlyMap<string, LayerPlan>;
  readonly readers: ReadonlyMap<string, SpikeReader>;
  /** First steps without analog input: a turn must not cross one. */
  readonly analogEnds: readonly number[];
  /** Membranes at their start, and empty lists where something looks back. */
  reset(): void;
  /** Multiplies the analog inputs into the layers that they feed. */
  startAnalog(input: ReadonlyMap<string, Events>): void;
  /** Gives a rate encoder its sample. */
  setSample(input: Input, sample: ArrayLike<number>): void;
  advance(turn: Turn): void;
  /** Membranes of a population, in the network's order. */
  membranes(name: string): Float64Array;
}

type Lanes = Int16Array | Int32Array;

interface Layer extends CompiledLayer {
  readonly membrane: Lanes;
  /** The bias array, where it is rewritten; and what it holds without analog input. */
  readonly bias: Lanes | null;
  readonly biasAlone: Lanes | null;
  readonly analogUntil: number;
}

const silence: Events = { offsets: Uint32Array.of(0), neurons: new Uint32Array(0), values: null };

function lanesAt(memory: WebAssembly.Memory, address: number, { stateBytes, initial }: LanePlan): Lanes {
  return stateBytes === 2
    ? new Int16Array(memory.buffer, address, initial.length)
    : new Int32Array(memory.buffer, address, initial.length);
}

function createLayer(compiled: CompiledLayer, memory: WebAssembly.Memory, timesteps: number): Layer {
  const { lanes, analog } = compiled.plan;
  return {
    ...compiled,
    membrane: lanesAt(memory, lanes.membrane, lanes),
    bias: lanes.driven === "no" ? null : lanesAt(memory, addressOf(lanes.bias), lanes),
    biasAlone: lanes.driven === "analog" ? inLanes(lanes.law.bias, lanes, lanes.stateBytes) : null,
    analogUntil: timesteps + Math.max(0, ...analog.map(({ delay }) => delay)),
  };
}

/** Tables that are read at steps in which their layer has not acted yet: they must be empty at the start. */
function earlyTables(network: Network, { lists, layers }: Plan): { table: number; bytes: number }[] {
  const latency = new Map(layers.map(({ name, latency: steps }) => [name, steps]));
  const early = network.projections.filter(
    ({ source, target, delay }) => latency.get(target)! - delay < (latency.get(source) ?? 0),
  );
  return [...new Set(early.map(({ source }) => source))].map((source) => {
    const { table, slots, tableBytes } = lists.get(source)!;
    return { table, bytes: slots * tableBytes };
  });
}

/** steps: how long membranes may grow. Throws `Uncovered`. */
export function createProgram(network: Network, steps: number): Program {
  const plan = planNetwork(network, steps);
  const { memory, layers: compiled, codeBytes } = compile(plan);
  const layers = compiled.map((layer) => createLayer(layer, memory, network.timesteps));
  const byName = new Map(layers.map((layer) => [layer.plan.name, layer]));
  const loaders = new Map<string, SpikeLoader>();
  for (const { name } of network.inputs) loaders.set(name, createSpikeLoader(plan.lists.get(name)!, memory));
  const readers = new Map<string, SpikeReader>();
  for (const [name, list] of plan.lists) readers.set(name, createSpikeReader(list, memory));
  const early = earlyTables(network, plan);
  const bytes = new Uint8Array(memory.buffer);
  const timed = network.inputs.filter(({ encoder }) => encoder.kind !== "analog");

  function loadInputs({ t, end, input, inputStep, encoded }: Turn): void {
    for (const { name } of timed) {
      const events = input.get(name) ?? silence;
      // An encoder writes its own list, until the window is over.
      for (let step = encoded.has(name) ? Math.max(t, network.timesteps) : t; step < end; step++)
        loaders.get(name)!.load(events, inputStep + step - t, step);
    }
  }

  return {
    codeBytes,
    memoryBytes: memory.buffer.byteLength,
    chunk: plan.chunk,
    layers: new Map(plan.layers.map((layer) => [layer.name, layer])),
    readers,
    analogEnds: layers.filter(({ biasAlone }) => biasAlone !== null).map(({ analogUntil }) => analogUntil),
    reset() {
      for (const { table, bytes: size } of early) bytes.fill(0, table, table + size);
      for (const { membrane, plan: layer } of layers) membrane.set(layer.lanes.initial);
    },
    startAnalog(input) {
      for (const { name, encoder } of network.inputs)
        if (encoder.kind === "analog") loaders.get(name)!.load(input.get(name) ?? silence, 0, 0);
      for (const { bias, biasAlone, addCurrents } of layers) {
        if (biasAlone !== null) bias!.set(biasAlone);
        addCurrents?.();
      }
    },
    setSample(input, sample) {
      if (input.encoder.kind !== "rate") return;
      const { bias, plan: layer } = byName.get(input.name)!;
      const q = quantizeSample(input, input.encoder, sample);
      const { laneOf } = layer.lanes;
      for (let neuron = 0; neuron < q.length; neuron++) bias![laneOf[neuron]] = q[neuron];
    },
    advance(turn) {
      loadInputs(turn);
      const { t, end, encoded } = turn;
      for (const { plan: layer, run, bias, biasAlone, analogUntil } of layers) {
        if (loaders.has(layer.name) && !encoded.has(layer.name)) continue;
        if (biasAlone !== null && t >= analogUntil) bias!.set(biasAlone);
        const first = Math.max(t, layer.latency);
        const last = Math.min(end, layer.until);
        if (first < last) run(first, last);
      }
    },
    membranes(name) {
      const { membrane, plan: layer } = byName.get(name)!;
      const { laneOf } = layer.lanes;
      const values = new Float64Array(laneOf.length);
      for (let neuron = 0; neuron < values.length; neuron++) values[neuron] = membrane[laneOf[neuron]];
      return values;
    },
  };
}
