/** The WASM engine: a module made for one network, whether it goes step by step or event by event. */
import { isEventDriven } from "../../network/check-events.ts";
import type { Network } from "../../network/network.ts";
import { createEventProgram } from "./events/program.ts";
import { createStepSimulator, simulatorOn, type WasmOptions, type WasmSimulator } from "./simulator.ts";

export type { WasmRunOptions, WasmSimulator } from "./simulator.ts";

/** Throws `Uncovered`. */
export function createWasmSimulator(network: Network, options: WasmOptions = {}): WasmSimulator {
  if (!isEventDriven(network)) return createStepSimulator(network, options);
  // An event of count n is n events: no module of its own is needed for that.
  return simulatorOn(network, createEventProgram(network), { ...options, graded: true });
}
