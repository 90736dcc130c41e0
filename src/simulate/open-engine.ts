/**
 * The door to simulation for callers that can wait: the reference interpreter is loaded only where it runs, or may have to. A
 * command that simulates one sample starts sooner for it.
 */
import type { Network } from "../network/network.ts";
import {
  checkEngineKind,
  type Engine,
  type EngineOptions,
  engineFrom,
  mayNeedReference,
  tryWasm,
} from "./engine-choice.ts";

function notLoaded(): never {
  throw new Error("this network's module takes every sample, and the reference was not loaded");
}

/** Throws SPK-0002 for an engine that there is not. */
export async function openEngine(network: Network, { engine = "wasm" }: EngineOptions = {}): Promise<Engine> {
  checkEngineKind(engine);
  const wasm = engine === "wasm" ? tryWasm(network, false) : null;
  const covered = wasm !== null && typeof wasm !== "string";
  if (covered && !mayNeedReference(network)) return engineFrom(network, wasm, notLoaded);
  const { createSimulator } = await import("./reference.ts");
  return engineFrom(network, wasm, createSimulator);
}
