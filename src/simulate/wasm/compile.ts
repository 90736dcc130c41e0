/** A plan becomes a module: one function a layer, and one for what its analog inputs bring. */
import { set } from "./instructions.ts";
import { addCurrents } from "./kernels/currents.ts";
import { flatLayer } from "./kernels/flat.ts";
import { createKernel } from "./kernels/kernel.ts";
import { mapLayer } from "./kernels/map.ts";
import { placesOf } from "./layout.ts";
import { defineFunction, encodeModule, type WasmFunction } from "./module.ts";
import type { LayerPlan, Plan } from "./plan.ts";

/** Runs steps first .. end - 1, end > first. */
export type RunLayer = (first: number, end: number) => void;

export interface CompiledLayer {
  readonly plan: LayerPlan;
  readonly run: RunLayer;
  /** Adds the products of the analog inputs to the bias array; null without any. */
  readonly addCurrents: (() => void) | null;
}

export interface Compiled {
  readonly memory: WebAssembly.Memory;
  readonly layers: readonly CompiledLayer[];
  /** Of the module, in bytes. */
  readonly codeBytes: number;
}

function layerFunction(plan: LayerPlan, firing: number, index: number): WasmFunction {
  return defineFunction(`layer${index}`, 2, (scope) => {
    const [first, end] = scope.parameters;
    const kernel = createKernel(plan, firing, scope);
    const write = placesOf(plan.lanes.layout) === 1 ? flatLayer : mapLayer;
    const body = write(kernel, first, end);
    return [kernel.prologue(), body];
  });
}

function currentsFunction(plan: LayerPlan, firing: number, index: number): WasmFunction {
  return defineFunction(`currents${index}`, 0, (scope) => {
    const kernel = createKernel(plan, firing, scope);
    const body = addCurrents(kernel);
    return [kernel.prologue(), set(kernel.step, 0), body];
  });
}

export function compile({ layers, memory: memoryPlan, firing }: Plan): Compiled {
  const functions = layers.flatMap((plan, index) => [
    layerFunction(plan, firing, index),
    ...(plan.analog.length > 0 ? [currentsFunction(plan, firing, index)] : []),
  ]);
  const bytes = encodeModule(functions);
  const memory = memoryPlan.create();
  const module = new WebAssembly.Module(bytes);
  const { exports } = new WebAssembly.Instance(module, { engine: { memory } });
  return {
    memory,
    codeBytes: bytes.length,
    layers: layers.map((plan, index) => ({
      plan,
      run: exports[`layer${index}`] as RunLayer,
      addCurrents: (exports[`currents${index}`] as (() => void) | undefined) ?? null,
    })),
  };
}
