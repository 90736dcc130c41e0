/**
 * The door to simulation for callers that can wait: the reference interpreter, and what follows single events, are loaded only
 * where they run or may have to. A command that simulates one sample starts sooner for it.
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
import { createStepSimulator } from "./wasm/simulator.ts";

function notLoaded(): never {
  throw new Error("this network's module takes every sample, and the reference was not loaded");
}

/** Throws SPK-0002 for an engine that there is not. */
export async function openEngine(
  network: Network,
  { engine = "wasm", counts = false }: EngineOptions = {},
): Promise<Engine> {
  checkEngineKind(engine);
  if (engine === "wasm" && !mayNeedReference(network)) {
    const wasm = tryWasm(network, createStepSimulator, { counts });
    const makers = { wasm: createStepSimulator, reference: notLoaded };
    if (typeof wasm !== "string") return engineFrom(network, wasm, makers, counts);
  }
  const { createEngine } = await import("./engine.ts");
  return createEngine(network, { engine, counts });
}
