/**
 * The door to simulation: the WASM engine where it covers the network, the reference interpreter otherwise, and always if
 * asked for. Both give the same events; the choice is one of speed.
 */
import { SpikecError } from "../errors/error.ts";
import type { Network } from "../network/network.ts";
import type { SpikeTrain } from "../network/spikes.ts";
import { encodeSample } from "./encode.ts";
import { type Spread, spreadsOf } from "./fan-out.ts";
import { createSimulator, type Run, type RunOptions } from "./reference.ts";
import { createWasmSimulator, type WasmSimulator } from "./wasm/engine.ts";
import { Uncovered } from "./wasm/uncovered.ts";

export type EngineKind = "wasm" | "reference";

export interface EngineOptions {
  /** Default: wasm. */
  readonly engine?: EngineKind;
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

/** The network's module, or why there is none. Throws what is not about coverage. */
function tryWasm(network: Network): WasmSimulator | string {
  if (typeof WebAssembly !== "object") return "this machine has no WebAssembly";
  try {
    return createWasmSimulator(network);
  } catch (error) {
    if (error instanceof Uncovered) return error.message;
    // The machine refuses the memory, or has no 128-bit vectors.
    if (error instanceof RangeError || error instanceof WebAssembly.CompileError) return error.message;
    throw error;
  }
}

/** The reference is prepared when it is first needed: for a large network that takes a while. */
function lazily<Value>(create: () => Value): () => Value {
  let value: Value | null = null;
  return () => (value ??= create());
}

export function createEngine(network: Network, { engine = "wasm" }: EngineOptions = {}): Engine {
  if (engine !== "wasm" && engine !== "reference")
    throw new SpikecError("SPK-0002", `there is no engine '${engine}'; there are wasm and reference`);
  const reference = lazily(() => createSimulator(network));
  const spreads = lazily(() => spreadsOf(network));
  const runReference = (input: SpikeTrain, options?: EngineRunOptions) => reference().run(input, options);
  const wasm = engine === "wasm" ? tryWasm(network) : null;
  if (wasm === null || typeof wasm === "string") {
    return {
      kind: "reference",
      note: wasm === null ? null : `runs on the reference interpreter: ${wasm}`,
      run: runReference,
      runSample: (sample, options) => runReference(encodeSample(network, sample), options),
      spreads,
    };
  }
  const run = (input: SpikeTrain, options?: EngineRunOptions) =>
    wasm.takes(input) ? wasm.run(input, options) : runReference(input, options);
  // A file of spikes may hold graded ones, which show only once it is encoded.
  const fromFile = network.inputs.some(({ encoder }) => encoder.kind === "spikes");
  return {
    kind: "wasm",
    note: null,
    run,
    runSample: (sample, options) =>
      fromFile ? run(encodeSample(network, sample), options) : wasm.runSample(sample, options),
    spreads,
  };
}
