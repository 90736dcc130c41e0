/** A plan becomes a module: one function a layer, and one for what its analog inputs bring. */
import { set } from "./instructions.ts";
import { addCurrents } from "./kernels/currents.ts";
import { flatLayer } from "./kernels/flat.ts";
import { createKernel } from "./kernels/kernel.ts";
import { mapLayer } from "./kernels/map.ts";
import { isMaximum } from "./kernels/maximum.ts";
import { placesOf } from "./layout.ts";
import type { MemoryPlan } from "./memory.ts";
import { defineFunction, encodeModule, type WasmFunction } from "./module.ts";
import type { LayerPlan, Plan } from "./plan.ts";

/** Runs steps first .. end - 1, end > first. */
export type RunLayer = (first: number, end: number) => void;

export interface CompiledLayer {
  readonly plan: LayerPlan;
  readonly run: RunLayer;
  /** By delay of an analog input: what adds its products to the layer's drive. */
  readonly addCurrents: ReadonlyMap<number, () => void>;
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
    const flat = placesOf(plan.lanes.layout) === 1 && !isMaximum(plan.lanes.rule);
    const write = flat ? flatLayer : mapLayer;
    const body = write(kernel, first, end);
    return [kernel.prologue(), body];
  });
}

function analogDelays({ analog }: LayerPlan): number[] {
  return [...new Set(analog.map(({ delay }) => delay))];
}

function currentsFunction(plan: LayerPlan, delay: number, firing: number, index: number): WasmFunction {
  return defineFunction(`currents${index} ${delay}`, 0, (scope) => {
    const kernel = createKernel(plan, firing, scope);
    const body = addCurrents(kernel, delay);
    return [kernel.prologue(), set(kernel.step, 0), body];
  });
}

/** A module of these functions over a memory with everything in place. */
export function instantiate(functions: readonly WasmFunction[], plan: MemoryPlan) {
  const bytes = encodeModule(functions);
  const memory = plan.create();
  const module = new WebAssembly.Module(bytes);
  const { exports } = new WebAssembly.Instance(module, { engine: { memory } });
  return { memory, exports, codeBytes: bytes.length };
}

export function compile({ layers, memory: memoryPlan, firing }: Plan): Compiled {
  const functions = layers.flatMap((plan, index) => [
    layerFunction(plan, firing, index),
    ...analogDelays(plan).map((delay) => currentsFunction(plan, delay, firing, index)),
  ]);
  const { memory, exports, codeBytes } = instantiate(functions, memoryPlan);
  return {
    memory,
    codeBytes,
    layers: layers.map((plan, index) => ({
      plan,
      run: exports[`layer${index}`] as RunLayer,
      addCurrents: new Map(
        analogDelays(plan).map((delay) => [delay, exports[`currents${index} ${delay}`] as () => void]),
      ),
    })),
  };
}
