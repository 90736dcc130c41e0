/**
 * A network's module with its memory: what runs and streams have in common. Layers take turns, each for as many steps as
 * nothing that feeds back forbids.
 */
import type { Input, Network } from "../../network/network.ts";
import type { Events } from "../../network/spikes.ts";
import { quantizeSample } from "../encode.ts";
import type { TraceSample } from "../reference.ts";
import { type CompiledLayer, compile } from "./compile.ts";
import { type StateArray, stateAt } from "./lanes.ts";
import { createSpikeLoader, type SpikeLoader } from "./load-spikes.ts";
import { type LayerPlan, type Plan, type PlanOptions, planNetwork } from "./plan.ts";
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
  /** Inputs that the module encodes itself, from what `setSample` gave it: rate codes. */
  readonly encodes: ReadonlySet<string>;
  /** By name: those inputs, and populations; the steps in which they act. */
  readonly layers: ReadonlyMap<string, Pick<LayerPlan, "latency" | "until">>;
  readonly readers: ReadonlyMap<string, SpikeReader>;
  /** Steps in which analog input sets in or ends: a turn must not cross one. */
  readonly analogTurns: readonly number[];
  /** Membranes at their start, and empty lists where something looks back. */
  reset(): void;
  /** Gives the layers their analog inputs. */
  startAnalog(input: ReadonlyMap<string, Events>): void;
  /** Gives a rate encoder its sample. */
  setSample(input: Input, sample: ArrayLike<number>): void;
  advance(turn: Turn): void;
  /** Membranes of a population, in the network's order. */
  membranes(name: string): Float64Array;
  /** Traces of its synapses, likewise: zeros where it has none. */
  traces(name: string): TraceSample;
  /** Spikes of each neuron since `reset`, likewise; null for a layer that does not count them. */
  counts(name: string): Float64Array | null;
}

interface Layer extends CompiledLayer {
  readonly membrane: StateArray;
  /** What a sample starts without. */
  readonly cleared: readonly StateArray[];
  readonly drive: StateArray | null;
  /** Spikes so far; null: they are not counted. */
  readonly count: StateArray | Uint16Array | null;
}

const silence: Events = { offsets: Uint32Array.of(0), neurons: new Uint32Array(0), values: null };

function createLayer(compiled: CompiledLayer, memory: WebAssembly.Memory): Layer {
  const { lanes } = compiled.plan;
  const at = (address: number) => stateAt(memory, address, lanes);
  const count = lanes.rule.kind === "law" ? lanes.rule.count : null;
  return {
    ...compiled,
    membrane: at(lanes.membrane),
    cleared: lanes.cleared.map(at),
    drive: lanes.drive === null ? null : at(lanes.drive),
    count: count === null ? null : unsigned(at(count)),
  };
}

/** What the analog inputs bring to a layer at a step: products of those whose window it is in. */
function drive(layer: Layer, step: number, timesteps: number): void {
  layer.drive!.fill(0);
  for (const [delay, addCurrents] of layer.addCurrents)
    if (step >= delay && step < delay + timesteps) addCurrents();
}

/** Sixteen bits hold twice as many counts without a sign. */
function unsigned(lanes: StateArray): StateArray | Uint16Array {
  return lanes instanceof Int16Array ? new Uint16Array(lanes.buffer, lanes.byteOffset, lanes.length) : lanes;
}

/** Values of lanes in the order of the network. */
function inOrder(lanes: StateArray | Uint16Array, laneOf: Uint32Array): Float64Array {
  const values = new Float64Array(laneOf.length);
  for (let neuron = 0; neuron < values.length; neuron++) values[neuron] = lanes[laneOf[neuron]];
  return values;
}

/** The taps of a count pool, and the windows over them, step by step. */
function runPool(taps: Layer, windows: Layer, first: number, last: number): void {
  for (let step = first; step < last; step++) {
    taps.run(step, step + 1);
    windows.run(step, step + 1);
  }
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

/** Throws `Uncovered`. */
export function createProgram(network: Network, options: PlanOptions): Program {
  const plan = planNetwork(network, options);
  const { memory, layers: compiled, codeBytes } = compile(plan);
  const layers = compiled.map((layer) => createLayer(layer, memory));
  const byName = new Map(layers.map((layer) => [layer.plan.name, layer]));
  const loaders = new Map<string, SpikeLoader>();
  for (const { name } of network.inputs) loaders.set(name, createSpikeLoader(plan.lists.get(name)!, memory));
  const readers = new Map<string, SpikeReader>();
  for (const [name, list] of plan.lists) readers.set(name, createSpikeReader(list, memory));
  const early = earlyTables(network, plan);
  const bytes = new Uint8Array(memory.buffer);
  const delays = layers.flatMap(({ addCurrents }) => [...addCurrents.keys()]);
  // Step 0 starts anew, even where nothing comes in yet.
  const analogTurns = new Set(delays.flatMap((delay) => [0, delay, delay + network.timesteps]));
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
    encodes: new Set(network.inputs.filter(({ encoder }) => encoder.kind === "rate").map(({ name }) => name)),
    layers: new Map(plan.layers.map((layer) => [layer.name, layer])),
    readers,
    analogTurns: [...analogTurns],
    reset() {
      for (const { table, bytes: size } of early) bytes.fill(0, table, table + size);
      for (const { membrane, cleared, plan: layer } of layers) {
        membrane.set(layer.lanes.initial);
        for (const state of cleared) state.fill(0);
      }
    },
    startAnalog(input) {
      for (const { name, encoder } of network.inputs)
        if (encoder.kind === "analog") loaders.get(name)!.load(input.get(name) ?? silence, 0, 0);
    },
    setSample(input, sample) {
      if (input.encoder.kind !== "rate") return;
      const { drive, plan: layer } = byName.get(input.name)!;
      const q = quantizeSample(input, input.encoder, sample);
      const { laneOf } = layer.lanes;
      for (let neuron = 0; neuron < q.length; neuron++) drive![laneOf[neuron]] = q[neuron];
    },
    advance(turn) {
      loadInputs(turn);
      const { t, end, encoded } = turn;
      layers.forEach((layer, index) => {
        const { plan: own, run, addCurrents } = layer;
        if (loaders.has(own.name) && !encoded.has(own.name)) return;
        if (addCurrents.size > 0 && analogTurns.has(t)) drive(layer, t, network.timesteps);
        const first = Math.max(t, own.latency);
        const last = Math.min(end, own.until);
        if (first >= last) return;
        if (own.isTaps) runPool(layer, layers[index + 1], first, last);
        else if (!layers[index - 1]?.plan.isTaps) run(first, last);
      });
    },
    membranes(name) {
      const { membrane, plan: layer } = byName.get(name)!;
      return inOrder(membrane, layer.lanes.laneOf);
    },
    counts(name) {
      const { count, plan: layer } = byName.get(name)!;
      return count && inOrder(count, layer.lanes.laneOf);
    },
    traces(name) {
      const { lanes } = byName.get(name)!.plan;
      const { rule, laneOf } = lanes;
      const at = (address: number | null) =>
        address === null ? null : inOrder(stateAt(memory, address, lanes), laneOf);
      const [u, h] = rule.kind === "law" ? [at(rule.u), at(rule.h)] : [null, null];
      return { u: u ?? new Float64Array(laneOf.length), h };
    },
  };
}
