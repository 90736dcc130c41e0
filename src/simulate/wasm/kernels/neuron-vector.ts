/** A vector of neurons under way: where their state and parameters stand. */
import type { Bytes, Local } from "../instructions.ts";
import type { LaneParameter } from "../lanes.ts";
import { type Lanes, loadVector, storeVector } from "../vectors.ts";
import type { Kernel } from "./kernel.ts";

export interface NeuronVector {
  readonly kernel: Kernel;
  readonly lanes: Lanes;
  /** Bytes between the block's first membrane and this vector's. */
  readonly offset: number;
  /** Weighted input and currents of the step; null where nothing comes in. */
  readonly input: Bytes | null;
  /** Becomes ones where a neuron sends something. */
  readonly fired: Local;
}

/** What stands in the state at an address, for these neurons. */
export function read({ kernel, offset }: NeuronVector, address: number): Bytes {
  return loadVector(kernel.membrane, address - kernel.layer.lanes.membrane + offset);
}

export function write({ kernel, offset }: NeuronVector, address: number, value: Bytes): Bytes {
  return storeVector(kernel.membrane, value, address - kernel.layer.lanes.membrane + offset);
}

export function parameterOf(vector: NeuronVector, parameter: LaneParameter): Bytes {
  if (parameter.kind === "constant") return vector.kernel.constant(vector.lanes, parameter.value);
  return read(vector, parameter.address);
}

/** Whether a parameter is 0 for all. */
export function isZero(parameter: LaneParameter): boolean {
  return parameter.kind === "constant" && parameter.value === 0;
}
