/**
 * Streams: spikes come and go step by step, without an end, and the network keeps its state. An always-on input fires in
 * every step.
 */
import { SpikecError } from "../errors/error.ts";
import type { Network } from "../network/network.ts";
import { sizeOf } from "../network/network.ts";
import type { Events } from "../network/spikes.ts";
import { sampleInput } from "./encode.ts";
import { createEventList } from "./event-list.ts";
import { createProgram } from "./wasm/program.ts";
import { Uncovered } from "./wasm/uncovered.ts";

export interface Stream {
  /** Steps so far. */
  steps(): number;
  /**
   * One step. neurons: those of the network's input that spike, ascending. Returns those of the readout population that do,
   * ascending, each as often as it spikes.
   */
  push(neurons: Uint32Array): Uint32Array;
  /** Those of another population in the step just taken. */
  spikes(population: string): Uint32Array;
  /** Membranes of a population after the step just taken. */
  membranes(population: string): Float64Array;
  /** Back to the start. */
  reset(): void;
}

function cannotStream(what: string): SpikecError {
  return new SpikecError("SPK-0804", what);
}

function program(network: Network) {
  try {
    return createProgram(network, Number.POSITIVE_INFINITY);
  } catch (error) {
    throw error instanceof Uncovered ? cannotStream(error.message) : error;
  }
}

/** Throws SPK-0804 for an analog input, whose values have no steps, and for membranes that may grow without end. */
export function createStream(network: Network): Stream {
  const input = sampleInput(network);
  if (input.encoder.kind === "analog") throw cannotStream(`the input '${input.name}' is analog`);
  const { reset, advance, readers, layers, membranes } = program(network);
  const events = new Map<string, Events>();
  for (const { name, shape, encoder } of network.inputs)
    if (encoder.kind === "always")
      events.set(name, oneStep(Uint32Array.from({ length: sizeOf(shape) }, (_, i) => i)));
  const encoded = new Set<string>();
  let t = 0;
  reset();

  function spikes(population: string): Uint32Array {
    if (t === 0 || t - 1 < layers.get(population)!.latency) return new Uint32Array(0);
    const list = createEventList();
    readers.get(population)!.read(t - 1, list);
    const { neurons, values } = list.toEvents();
    if (values === null) return neurons;
    return Uint32Array.from([...neurons].flatMap((neuron, i) => new Array<number>(values[i]).fill(neuron)));
  }

  return {
    steps: () => t,
    push(neurons) {
      events.set(input.name, oneStep(neurons));
      advance({ t, end: t + 1, input: events, inputStep: 0, encoded });
      t++;
      return spikes(network.readout.population);
    },
    spikes,
    membranes,
    reset() {
      t = 0;
      reset();
    },
  };
}

function oneStep(neurons: Uint32Array): Events {
  return { offsets: Uint32Array.of(0, neurons.length), neurons, values: null };
}
