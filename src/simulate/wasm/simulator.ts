/**
 * Samples run through the module that was made for a network. They equal the reference interpreter's event for event; what is
 * not asked for (events of a layer, counts, membranes) costs nothing.
 */
import { runLength } from "../../network/latency.ts";
import type { Network } from "../../network/network.ts";
import type { Events, SpikeTrain } from "../../network/spikes.ts";
import { encodeInput } from "../encode.ts";
import { createEventList, type EventList } from "../event-list.ts";
import { readAtStep } from "../readout.ts";
import type { Run, RunOptions, TraceSample } from "../reference.ts";
import { createTrainCounter } from "../sample-counts.ts";
import { createProgram, type Program } from "./program.ts";

export interface WasmRunOptions extends RunOptions {
  /** Layers whose events are wanted; the others are left out of the train. Default: all. */
  readonly events?: ReadonlySet<string>;
}

export interface WasmSimulator {
  /** Of the module and of its memory, in bytes. */
  readonly codeBytes: number;
  readonly memoryBytes: number;
  /** Whether `run` takes this input: counts in a sample of spikes need a module that is made for them. */
  takes(input: SpikeTrain): boolean;
  run(input: SpikeTrain, options?: WasmRunOptions): Run;
  /** Encodes the sample as well: a rate code in the module itself. */
  runSample(sample: ArrayLike<number>, options?: WasmRunOptions): Run;
}

/** Events of the layers that are wanted, taken after every turn. */
interface Recording {
  take(t: number, end: number): void;
  events(): Map<string, Events>;
}

/** known: lists of earlier runs, whose memory is used again. */
function createRecording(
  program: Program,
  known: Map<string, EventList>,
  wanted: (name: string) => boolean,
): Recording {
  const lists = new Map<string, EventList>();
  for (const name of program.layers.keys()) {
    if (!wanted(name)) continue;
    const list = known.get(name) ?? createEventList();
    list.clear();
    known.set(name, list);
    lists.set(name, list);
  }
  return {
    take(t, end) {
      for (const [name, out] of lists) {
        const { latency, until } = program.layers.get(name)!;
        for (let step = t; step < Math.min(end, until); step++) {
          if (step < latency) out.endStep();
          else program.readers.get(name)!.read(step, out);
        }
      }
    },
    events: () => new Map([...lists].map(([name, list]) => [name, list.toEvents()])),
  };
}

/** What a module is made for, besides its network. */
export interface WasmOptions {
  /** Samples of spikes hold counts. */
  readonly graded?: boolean;
  /** Neurons count their spikes: `Run.counts`. */
  readonly counts?: boolean;
}

/** For networks that go step by step. Throws `Uncovered`. */
export function createStepSimulator(
  network: Network,
  { graded = false, counts = false }: WasmOptions = {},
): WasmSimulator {
  const program = createProgram(network, { steps: runLength(network), graded, counts });
  return simulatorOn(network, program, { graded, counts });
}

export function simulatorOn(
  network: Network,
  program: Program,
  { graded = false, counts = false }: WasmOptions,
): WasmSimulator {
  const { population: readout, read } = network.readout;
  const latency = runLength(network) - network.timesteps;
  const total = network.timesteps + latency;
  const inputNames = network.inputs.map(({ name }) => name);
  const { encodes } = program;
  const lists = new Map<string, EventList>();
  const counter = createTrainCounter(network);
  const countingLayers = new Set([...program.layers.keys()].filter((name) => program.counts(name) !== null));
  /** Of populations, and of inputs that the module itself encodes: others are there as events. */
  const countedHere = (encoded: ReadonlySet<string>) =>
    new Map(
      [...countingLayers]
        .filter((name) => encoded.has(name) || !inputNames.includes(name))
        .map((name) => [name, program.counts(name)!]),
    );

  /** The end of the turn that starts at t: as far as one chunk goes, and not across a step that somebody waits for. */
  function endOf(t: number, stops: ReadonlySet<number>, stepwise: boolean): number {
    let end = t + 1;
    while (!stepwise && end < total && end - t < program.chunk && !stops.has(end)) end++;
    return end;
  }

  function execute(
    input: ReadonlyMap<string, Events>,
    encoded: ReadonlySet<string>,
    options: WasmRunOptions,
  ): Run {
    const readAt = options.readAt ?? [network.timesteps];
    const membranes = new Map<string, Float64Array[]>();
    const traces = new Map<string, TraceSample[]>();
    for (const name of options.membranes ?? []) membranes.set(name, []);
    for (const name of options.traces ?? []) traces.set(name, []);
    const recording = createRecording(program, lists, (name) => {
      if (inputNames.includes(name) && !encoded.has(name)) return false;
      if (name === readout && read !== "membrane") return true;
      if (counts && !countingLayers.has(name)) return true;
      return options.events === undefined || options.events.has(name);
    });
    const counted = new Map<number, ReadonlyMap<string, Float64Array>>();
    const stops = new Set([...readAt.map((counted) => counted + latency), ...program.analogTurns]);
    const membraneAt = new Map<number, Float64Array>();
    program.reset();
    program.startAnalog(input);
    for (let t = 0; t < total; ) {
      const end = endOf(t, stops, membranes.size + traces.size > 0);
      program.advance({ t, end, input, inputStep: t, encoded });
      recording.take(t, end);
      for (const [name, steps] of membranes) steps.push(program.membranes(name));
      for (const [name, steps] of traces) steps.push(program.traces(name));
      if (readAt.includes(end - latency)) {
        membraneAt.set(end - latency, program.membranes(readout));
        if (counts) counted.set(end - latency, countedHere(encoded));
      }
      t = end;
    }
    const train = { steps: total, events: new Map([...input, ...recording.events()]) };
    const tieBreaks = readAt.map((timesteps) => membraneAt.get(timesteps)!);
    const readings = readAt.map((timesteps, i) => readAtStep(network, train, timesteps, tieBreaks[i]));
    return {
      train,
      readings,
      tieBreaks,
      membranes,
      ...(traces.size === 0 ? {} : { traces }),
      ...(counts ? { counts: readAt.map((at) => counter(train, at, counted.get(at)!)) } : {}),
    };
  }

  return {
    codeBytes: program.codeBytes,
    memoryBytes: program.memoryBytes,
    takes: ({ events }) =>
      network.inputs.every(
        ({ name, encoder }) => encoder.kind !== "spikes" || graded || events.get(name)!.values === null,
      ),
    run: (input, options = {}) => execute(input.events, new Set(), options),
    runSample(sample, options = {}) {
      const events = new Map<string, Events>();
      for (const input of network.inputs) {
        if (encodes.has(input.name)) program.setSample(input, sample);
        else events.set(input.name, encodeInput(input, sample, network.timesteps));
      }
      return execute(events, encodes, options);
    },
  };
}
