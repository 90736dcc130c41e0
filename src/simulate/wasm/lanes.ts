/**
 * The state of a population in memory: membranes and whatever differs from neuron to neuron, in lanes as wide as the proof
 * of widths.ts allows. Idle lanes hold zeros.
 */
import { type Law, parameterIndex } from "../../network/network.ts";
import { type Layout, lanesOf, lanesOfNeurons, neuronsOf } from "./layout.ts";
import type { MemoryPlan } from "./memory.ts";
import type { LayerProof } from "./proofs.ts";
import { Uncovered } from "./uncovered.ts";
import { hull, type Interval, int16, int32, rangeOf, sumOf, within } from "./widths.ts";

/** One value for all neurons, or an array in lanes at an address. */
export type LaneParameter =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "lanes"; readonly address: number };

export interface LanePlan {
  readonly law: Law;
  readonly layout: Layout;
  /** Bytes of a membrane, and of a sum of weights. Sums are never wider than membranes. */
  readonly stateBytes: 2 | 4;
  readonly sumBytes: 2 | 4;
  readonly membrane: number;
  /** membrane at the start of a sample, in lanes. */
  readonly initial: Int16Array | Int32Array;
  readonly bias: LaneParameter;
  /** The bias is rewritten for every sample: an encoder's q, or what an analog input brings. */
  readonly driven: LayerProof["driven"];
  readonly threshold: LaneParameter;
  /** multiplier or amount of the decay. */
  readonly decay: LaneParameter;
  /** Lane of each neuron. */
  readonly laneOf: Uint32Array;
  readonly spikesMost: number;
}

export interface LaneRequest {
  readonly name: string;
  readonly layout: Layout;
  readonly proof: LayerProof;
}

type Lanes = Int16Array | Int32Array;

/** Values of a parameter array (1, channels or neurons), in lanes. */
export function inLanes(
  values: ArrayLike<number>,
  plan: Pick<LanePlan, "layout" | "laneOf">,
  bytes: 2 | 4,
): Lanes {
  const lanes = bytes === 2 ? new Int16Array(lanesOf(plan.layout)) : new Int32Array(lanesOf(plan.layout));
  const neurons = neuronsOf(plan.layout);
  for (let neuron = 0; neuron < neurons; neuron++)
    lanes[plan.laneOf[neuron]] = values[parameterIndex(neuron, neurons, values.length)];
  return lanes;
}

/** Wrapping needs the lanes' own overflow, or a mask over a power of two. */
function checkOverflow({ overflowV }: Law, name: string): void {
  if (overflowV?.overflow !== "wrap") return;
  const bits = Math.log2(overflowV.high - overflowV.low + 1);
  if (!Number.isInteger(bits)) throw new Uncovered(`'${name}' wraps in a range that is no power of two`);
}

function fitsShorts({ law, state: bounds, sums, bias, driven }: LayerProof): boolean {
  if (
    bounds === null ||
    driven === "analog" ||
    law.overflowV?.overflow === "wrap" ||
    law.decayV.kind === "multiply"
  )
    return false;
  const saturates = law.overflowV?.overflow === "saturate" && within(law.overflowV, int16);
  const parameters = [rangeOf(law.threshold), ...constantsOf(law)];
  return (
    within(hull(bounds.widest, sums, sumOf(sums, bias), ...parameters), int16) &&
    (saturates || within(bounds.total, int16)) &&
    within(rangeOf(law.threshold), { low: int16.low, high: int16.high - 1 })
  );
}

/** Numbers of the law that stand in lanes beside the membrane. */
function constantsOf({ decayV, reset, floor }: Law): Interval[] {
  const values: number[] = [];
  if (decayV.kind === "constant") values.push(...decayV.amount, ...decayV.amount.map((amount) => -amount));
  if (reset.kind === "zero") values.push(...reset.value);
  if (floor !== null) for (const value of floor.value) values.push(value, -value);
  return values.length === 0 ? [] : [rangeOf(values)];
}

export function planLanes(request: LaneRequest, memory: MemoryPlan): LanePlan {
  const { name, layout, proof } = request;
  const { law, sums, driven } = proof;
  checkOverflow(law, name);
  const narrow = fitsShorts(proof);
  if (!narrow && !fitsWide(proof)) throw new Uncovered(`the membranes of '${name}' may leave 32 bits`);
  const stateBytes = narrow ? 2 : 4;
  const sumBytes = within(hull(sums, { low: 0, high: 0 }), int16) ? 2 : 4;
  const laneOf = lanesOfNeurons(layout);
  const initial = inLanes(law.vInit, { layout, laneOf }, stateBytes);
  // Parameters follow the membranes, so that one pointer and constant offsets reach both.
  const membrane = memory.reserve(initial.byteLength);
  const parameter = (values: ArrayLike<number>, always = false): LaneParameter => {
    const same = Array.prototype.every.call(values, (value) => value === values[0]);
    if (same && !always) return { kind: "constant", value: values[0] };
    return { kind: "lanes", address: memory.place(inLanes(values, { layout, laneOf }, stateBytes)) };
  };
  const { decayV } = law;
  return {
    law,
    layout,
    stateBytes,
    sumBytes,
    membrane,
    initial,
    laneOf,
    driven,
    bias:
      driven !== "no" ? { kind: "lanes", address: memory.reserve(initial.byteLength) } : parameter(law.bias),
    threshold: parameter(law.threshold),
    decay:
      decayV.kind === "multiply"
        ? parameter(decayV.multiplier)
        : decayV.kind === "constant"
          ? parameter(decayV.amount)
          : { kind: "constant", value: 0 },
    spikesMost: proof.spikes,
  };
}

function fitsWide({ law, state: bounds, sums }: LayerProof): boolean {
  if (bounds === null) return false;
  const { low, high } = int32;
  // v > threshold becomes v >= threshold + 1.
  const parameters = hull(rangeOf(law.threshold), { low: 0, high: 0 }, ...constantsOf(law));
  return (
    within(hull(bounds.widest, bounds.total, sums), int32) &&
    within(parameters, { low: low + 1, high: high - 1 })
  );
}

export function addressOf(parameter: LaneParameter): number {
  if (parameter.kind === "lanes") return parameter.address;
  throw new Error("one value for all neurons has no address");
}
