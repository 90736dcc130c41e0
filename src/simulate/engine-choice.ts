/**
 * What an engine is, and how one is put together: a module made for the network, and the reference interpreter for what the
 * module cannot take. Who brings the reference, and when it is loaded, is the caller's choice: engine.ts, open-engine.ts.
 */
import { SpikecError } from "../errors/error.ts";
import { isEventDriven } from "../network/check-events.ts";
import type { Network } from "../network/network.ts";
import type { SpikeTrain } from "../network/spikes.ts";
import { encodeSample } from "./encode.ts";
import { type Spread, spreadsOf } from "./fan-out.ts";
import type { Run, RunOptions, Simulator } from "./reference.ts";
import { createTrainCounter } from "./sample-counts.ts";
import type { WasmOptions, WasmSimulator } from "./wasm/simulator.ts";
import { reasonAgainstWasm, Uncovered } from "./wasm/uncovered.ts";

export type EngineKind = "wasm" | "reference";

export interface EngineOptions {
  /** Default: wasm. */
  readonly engine?: EngineKind;
  /** Whether runs count spikes, neuron by neuron (`Run.counts`): nearly for nothing, where events cost time. */
  readonly counts?: boolean;
}

export interface EngineRunOptions extends RunOptions {
  /** Layers whose events are wanted; others may be missing in the train. Default: all. */
  readonly events?: ReadonlySet<string>;
}

export interface Engine {
  /** What runs the network. */
  readonly kind: EngineKind;
  /** Why it is not the engine that was asked for; null: it is. */
  readonly note: string | null;
  /** input: from `encodeSample`. Starts from vInit with empty delay buffers. */
  run(input: SpikeTrain, options?: EngineRunOptions): Run;
  /** Encodes and runs one sample: `sampleSize` values in the units of the network's input. */
  runSample(sample: ArrayLike<number>, options?: EngineRunOptions): Run;
  /** By projection: fan-outs, for counting synaptic operations. */
  spreads(): ReadonlyMap<string, Spread>;
}

/** Throws `Uncovered`. */
export type MakeWasm = (network: Network, options: WasmOptions) => WasmSimulator;

/** The network's module, or why there is none. Throws what is not about coverage. */
export function tryWasm(network: Network, make: MakeWasm, options: WasmOptions = {}): WasmSimulator | string {
  if (typeof WebAssembly !== "object") return "this machine has no WebAssembly";
  try {
    return make(network, options);
  } catch (error) {
    const reason = reasonAgainstWasm(error);
    if (reason === null) throw error;
    return reason;
  }
}

/** A value that is made when it is first needed. */
function lazily<Value>(create: () => Value): () => Value {
  let value: Value | null = null;
  return () => (value ??= create());
}

/** Runs samples on a module, and hands to the reference what the module cannot take. */
function createWasmRuns(
  network: Network,
  plain: WasmSimulator,
  { make, reference, counts }: { make: MakeWasm; reference: () => Simulator; counts: boolean },
) {
  // Counts in samples of spikes need wider sums than spikes do: a module of their own, made when the first one comes.
  const graded = lazily(() => tryWasm(network, make, { graded: true, counts }));
  const simulatorFor = (input: SpikeTrain): WasmSimulator | string => (plain.takes(input) ? plain : graded());

  function run(input: SpikeTrain, options?: EngineRunOptions): Run {
    const simulator = simulatorFor(input);
    if (typeof simulator === "string") return reference().run(input, options);
    try {
      return simulator.run(input, options);
    } catch (error) {
      // Events may multiply beyond what a module holds.
      if (error instanceof Uncovered) return reference().run(input, options);
      throw error;
    }
  }

  return {
    run,
    runSample: (sample: ArrayLike<number>, options?: EngineRunOptions) =>
      mayNeedReference(network)
        ? run(encodeSample(network, sample), options)
        : plain.runSample(sample, options),
  };
}

/** What a file of spikes holds shows once it is encoded; events may multiply. No other sample is beyond a module. */
export function mayNeedReference(network: Network): boolean {
  return isEventDriven(network) || network.inputs.some(({ encoder }) => encoder.kind === "spikes");
}

/** What makes the two; the reference is prepared when it is first needed, which takes a while. */
export interface Makers {
  readonly wasm: MakeWasm;
  readonly reference: (network: Network) => Simulator;
}

/** The reference counts what it has sent. */
function countingReference(network: Network, { run, ...simulator }: Simulator): Simulator {
  const counter = createTrainCounter(network);
  return {
    ...simulator,
    run(input, options = {}) {
      const made = run(input, options);
      const readAt = options.readAt ?? [network.timesteps];
      return { ...made, counts: readAt.map((timesteps) => counter(made.train, timesteps)) };
    },
  };
}

/** wasm: from `tryWasm` with the same counts; null: the reference was asked for. */
export function engineFrom(
  network: Network,
  wasm: WasmSimulator | string | null,
  makers: Makers,
  counts = false,
): Engine {
  const reference = lazily(() => {
    const simulator = makers.reference(network);
    return counts ? countingReference(network, simulator) : simulator;
  });
  const spreads = lazily(() => spreadsOf(network));
  if (wasm !== null && typeof wasm !== "string")
    return {
      kind: "wasm",
      note: null,
      ...createWasmRuns(network, wasm, { make: makers.wasm, reference, counts }),
      spreads,
    };
  return {
    kind: "reference",
    note: wasm === null ? null : `runs on the reference interpreter: ${wasm}`,
    run: (input, options) => reference().run(input, options),
    runSample: (sample, options) => reference().run(encodeSample(network, sample), options),
    spreads,
  };
}

/** Throws SPK-0002 for an engine that there is not. */
export function checkEngineKind(engine: EngineKind): void {
  if (engine !== "wasm" && engine !== "reference")
    throw new SpikecError("SPK-0002", `there is no engine '${engine}'; there are wasm and reference`);
}
