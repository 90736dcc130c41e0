/**
 * One step of eight neurons, as the law orders it: decay, input and bias, one overflow at the end of the sum, compare, reset,
 * floor. It leaves a mask of sixteen-bit lanes: ones where a neuron fires.
 */
import type { StateRange } from "../../../network/network.ts";
import { type Bytes, type Local, set, type Value } from "../instructions.ts";
import type { LaneParameter } from "../lanes.ts";
import {
  addSaturating16,
  bitsAnd,
  bitsAndNot,
  joinMasks,
  type Lanes,
  loadVector,
  select,
  storeVector,
  widenHigh,
  widenLow,
} from "../vectors.ts";
import { decayState } from "./decay.ts";
import { type Kernel, lanesOfBytes } from "./kernel.ts";

/** A vector of neurons: the bytes between the block's first membrane and its own. */
interface VectorPlace {
  readonly offset: number;
}

/** More than one spike a step: those are counted neuron by neuron, after the compare. */
export function isGraded(kernel: Kernel): boolean {
  const { law } = kernel.layer.lanes;
  return law.compare !== "never" && law.maxSpikes !== 1;
}

function parameterOf(kernel: Kernel, lanes: Lanes, parameter: LaneParameter, { offset }: VectorPlace): Value {
  if (parameter.kind === "constant") return kernel.constant(lanes, parameter.value);
  // Parameters lie in the order of the membranes, and behind them.
  return loadVector(kernel.membrane, parameter.address - kernel.layer.lanes.membrane + offset);
}

/** The sum of vector `index` of a group, as wide as the membranes. */
function sumOfVector(sums: readonly Local[], stateBytes: 2 | 4, index: number): Bytes {
  if (stateBytes === 2 || sums.length === 2) return sums[index];
  return index === 0 ? widenLow(sums[0]) : widenHigh(sums[0]);
}

function withBias(kernel: Kernel, lanes: Lanes, sum: Bytes | null, place: VectorPlace): Bytes | null {
  const { bias } = kernel.layer.lanes;
  if (bias.kind === "constant" && bias.value === 0) return sum;
  const added = parameterOf(kernel, lanes, bias, place) as Bytes;
  return sum === null ? added : lanes.add(sum, added);
}

/** state = overflow(state + input) */
function integrate(kernel: Kernel, lanes: Lanes, state: Local, input: Bytes): Bytes {
  const { overflowV } = kernel.layer.lanes.law;
  if (overflowV === null) return set(state, lanes.add(state, input));
  if (overflowV.overflow === "wrap")
    return [set(state, lanes.add(state, input)), wrap(kernel, lanes, state, overflowV)];
  const { low, high } = overflowV;
  // Sixteen bits saturate by themselves; a narrower range then holds the result, since both are monotone.
  const sum = lanes.bytes === 2 ? addSaturating16(state, input) : lanes.add(state, input);
  const edge = 2 ** (8 * lanes.bytes - 1);
  const above = low <= -edge ? sum : lanes.max(sum, kernel.constant(lanes, low));
  return set(state, high >= edge - 1 ? above : lanes.min(above, kernel.constant(lanes, high)));
}

/** low + (v - low) mod span, span a power of two. */
function wrap(kernel: Kernel, lanes: Lanes, state: Local, { low, high }: StateRange): Bytes {
  const [first, mask] = [kernel.constant(lanes, low), kernel.constant(lanes, high - low)];
  return set(state, lanes.add(bitsAnd(lanes.sub(state, first), mask), first));
}

function applyReset(kernel: Kernel, lanes: Lanes, state: Local, fired: Local, place: VectorPlace): Bytes {
  const { law, threshold } = kernel.layer.lanes;
  switch (law.reset.kind) {
    case "none":
      return [];
    case "zero":
      return set(state, select(kernel.constant(lanes, law.reset.value[0]), state, fired));
    case "subtract":
      return set(state, lanes.sub(state, bitsAnd(fired, parameterOf(kernel, lanes, threshold, place))));
  }
}

export function applyFloor(kernel: Kernel, lanes: Lanes, state: Local): Bytes {
  const { floor } = kernel.layer.lanes.law;
  if (floor === null) return [];
  const lowest = kernel.constant(lanes, floor.value[0]);
  const under = lanes.greater(lowest, state);
  switch (floor.kind) {
    case "clamp":
      return set(state, lanes.max(state, lowest));
    case "subtract":
      return set(state, lanes.sub(state, bitsAnd(under, lowest)));
    case "zero":
      return set(state, bitsAndNot(state, under));
  }
}

/** Ones where v > threshold, or v >= threshold. */
function compare(kernel: Kernel, lanes: Lanes, state: Local, place: VectorPlace): Bytes {
  const { law, threshold } = kernel.layer.lanes;
  const value = parameterOf(kernel, lanes, threshold, place);
  return law.compare === "gt" ? lanes.greater(state, value) : lanes.atLeast(state, value);
}

/** One step of a vector of neurons; `fired` becomes its mask. */
function stepVector(
  kernel: Kernel,
  lanes: Lanes,
  sum: Bytes | null,
  fired: Local,
  place: VectorPlace,
): Bytes {
  const { law, decay } = kernel.layer.lanes;
  const state = kernel.scope.vector();
  const input = withBias(kernel, lanes, sum, place) ?? kernel.constant(lanes, 0);
  const spikes =
    law.compare === "never"
      ? []
      : [
          set(fired, compare(kernel, lanes, state, place)),
          isGraded(kernel) ? [] : applyReset(kernel, lanes, state, fired, place),
        ];
  return [
    set(state, loadVector(kernel.membrane, place.offset)),
    decayState(kernel, lanes, state, parameterOf(kernel, lanes, decay, place)),
    integrate(kernel, lanes, state, input),
    spikes,
    isGraded(kernel) ? [] : applyFloor(kernel, lanes, state),
    storeVector(kernel.membrane, state, place.offset),
  ];
}

/** sums: of the group, or null where nothing comes in. group: counted from the block's first. */
export function stepGroup(kernel: Kernel, sums: readonly Local[] | null, fired: Local, group: number): Bytes {
  const { stateBytes, law } = kernel.layer.lanes;
  const lanes = lanesOfBytes(stateBytes);
  const offset = group * 8 * stateBytes;
  const sum = (index: number) => (sums === null ? null : sumOfVector(sums, stateBytes, index));
  if (stateBytes === 2) return stepVector(kernel, lanes, sum(0), fired, { offset });
  const high = kernel.scope.vector();
  return [
    stepVector(kernel, lanes, sum(0), fired, { offset }),
    stepVector(kernel, lanes, sum(1), high, { offset: offset + 16 }),
    law.compare === "never" ? [] : set(fired, joinMasks(fired, high)),
  ];
}
