/**
 * Streams: spikes come and go step by step, without an end, and the network keeps its state. An always-on input fires in
 * every step. A module made for the network takes the steps; where there is none, the reference interpreter does.
 */

import { SpikecError } from "../errors/error.ts";
import { isEventDriven } from "../network/check-events.ts";
import type { Network } from "../network/network.ts";
import { sampleInput } from "./encode.ts";
import { createEventList } from "./event-list.ts";
import { alwaysOn, oneStep, type Sent, type Stream, silence } from "./stream-events.ts";
import { createReferenceStream } from "./stream-reference.ts";
import { createEventProgram } from "./wasm/events/program.ts";
import { createProgram, type Program } from "./wasm/program.ts";
import { reasonAgainstWasm } from "./wasm/uncovered.ts";

/** The network's program, or why there is none. Membranes of a stream grow without an end. */
function programOf(network: Network): Program | string {
  if (typeof WebAssembly !== "object") return "this machine has no WebAssembly";
  try {
    if (isEventDriven(network)) return createEventProgram(network);
    return createProgram(network, { steps: Number.POSITIVE_INFINITY, graded: false });
  } catch (error) {
    const reason = reasonAgainstWasm(error);
    if (reason === null) throw error;
    return reason;
  }
}

/** Throws SPK-0804 for an analog input, whose values have no steps. */
export function createStream(network: Network): Stream {
  const input = sampleInput(network);
  if (input.encoder.kind === "analog")
    throw new SpikecError("SPK-0804", `the input '${input.name}' is analog`);
  const program = programOf(network);
  return typeof program === "string" ? createReferenceStream(network, program) : streamOf(network, program);
}

function streamOf(network: Network, program: Program): Stream {
  const { reset, advance, readers, layers, membranes } = program;
  const { name: inputName } = sampleInput(network);
  const events = alwaysOn(network);
  const encoded: ReadonlySet<string> = new Set();
  const list = createEventList();
  let t = 0;
  reset();

  function spikes(population: string): Sent {
    if (t === 0 || t - 1 < layers.get(population)!.latency) return silence;
    list.clear();
    readers.get(population)!.read(t - 1, list);
    return list.toEvents();
  }

  return {
    note: null,
    steps: () => t,
    push(neurons, values) {
      events.set(inputName, oneStep(neurons, values));
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
