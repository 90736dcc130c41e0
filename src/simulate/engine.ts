/**
 * The door to simulation: the WASM engine where it covers the network, the reference interpreter otherwise, and always if
 * asked for. Both give the same events; the choice is one of speed.
 */
import type { Network } from "../network/network.ts";
import { checkEngineKind, type Engine, type EngineOptions, engineFrom, tryWasm } from "./engine-choice.ts";
import { createSimulator } from "./reference.ts";
import { createWasmSimulator } from "./wasm/engine.ts";

export type { Engine, EngineKind, EngineOptions, EngineRunOptions } from "./engine-choice.ts";

export function createEngine(
  network: Network,
  { engine = "wasm", counts = false }: EngineOptions = {},
): Engine {
  checkEngineKind(engine);
  const makers = { wasm: createWasmSimulator, reference: createSimulator };
  const wasm = engine === "wasm" ? tryWasm(network, makers.wasm, { counts }) : null;
  return engineFrom(network, wasm, makers, counts);
}
