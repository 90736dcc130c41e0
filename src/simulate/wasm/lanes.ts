/**
 * The state of a population in memory: membranes, traces and whatever else a step leaves for the next, and the parameters that
 * differ from neuron to neuron, in lanes as wide as the proof of widths.ts allows. Everything of a population has the same
 * order and width, so that one pointer and constant offsets reach all of it. Idle lanes hold zeros.
 */
import { type Decay, type Law, parameterIndex, type SigmaDeltaPopulation } from "../../network/network.ts";
import { type Layout, lanesOf, lanesOfNeurons, neuronsOf } from "./layout.ts";
import type { MemoryPlan } from "./memory.ts";
import type { LawProof, LayerProof } from "./proofs.ts";
import type { LaneBytes } from "./vectors.ts";
import { hull, type Interval, int16, int32, rangeOf, within, zero } from "./widths.ts";

/** One value for all neurons, or an array in lanes at an address. */
export type LaneParameter =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "lanes"; readonly address: number };

/** Neurons under the law. Addresses are null for state that the law has no use for. */
export interface LawRule {
  readonly kind: "law";
  readonly law: Law;
  readonly bias: LaneParameter;
  readonly threshold: LaneParameter;
  /** What a spike takes off, and where a reset to zero (or a refractory step) puts the membrane. */
  readonly amount: LaneParameter;
  readonly resetValue: LaneParameter;
  readonly floor: LaneParameter;
  readonly decayV: LaneParameter;
  readonly decayU: LaneParameter;
  readonly decayH: LaneParameter;
  readonly gain: LaneParameter;
  readonly u: number | null;
  readonly h: number | null;
  /** What a delayed reset takes off in the next step. */
  readonly due: number | null;
  /** Refractory steps left. */
  readonly waiting: number | null;
  /** Spikes so far, without a sign where lanes have sixteen bits. */
  readonly count: number | null;
}

/** Sigma-delta neurons; the membrane is the value, or the sum where that is what is sent. */
export interface SigmaDeltaRule {
  readonly kind: "sigmaDelta";
  readonly population: SigmaDeltaPopulation;
  /** In units of the value. */
  readonly bias: LaneParameter;
  /** What was sent so far, added up, and what is held back. */
  readonly sum: number;
  readonly held: number;
}

/** Windows over the taps of a count pool; the membrane is the largest count so far. */
export interface MaxCountRule {
  readonly kind: "maxCount";
  /** For each place in the order of the layout, and the end: where the addresses of its tap places begin. */
  readonly starts: number;
}

/** How often a neuron spikes in a step. several: a number, or a graded value, which stands in `sent`. */
export type Firing = "never" | "once" | "several";

export interface LanePlan {
  readonly layout: Layout;
  readonly stateBytes: LaneBytes;
  /** Of a sum of weights; never wider than membranes. */
  readonly sumBytes: LaneBytes;
  readonly membrane: number;
  /** membrane at the start of a sample, in lanes. */
  readonly initial: StateArray;
  /** What else a sample starts without: zeros at its start. */
  readonly cleared: readonly number[];
  /** Currents that are the same in every step, written for every sample: an encoder's q, or the products of an analog input. */
  readonly drive: number | null;
  readonly firing: Firing;
  /** Spikes of each neuron in the step under way; null unless `firing` is several. */
  readonly sent: number | null;
  /** Lane of each neuron. */
  readonly laneOf: Uint32Array;
  readonly rule: LawRule | SigmaDeltaRule | MaxCountRule;
}

export type StateArray = Int16Array | Int32Array | Float64Array;

export function stateArray(bytes: LaneBytes, length: number): StateArray {
  if (bytes === 8) return new Float64Array(length);
  return bytes === 2 ? new Int16Array(length) : new Int32Array(length);
}

/** A view of a population's state in the module's memory. */
export function stateAt(memory: WebAssembly.Memory, address: number, plan: LanePlan): StateArray {
  const { stateBytes, initial } = plan;
  if (stateBytes === 8) return new Float64Array(memory.buffer, address, initial.length);
  return stateBytes === 2
    ? new Int16Array(memory.buffer, address, initial.length)
    : new Int32Array(memory.buffer, address, initial.length);
}

/** Numbers of the law that stand in lanes beside the membrane. */
function constantsOf(law: Law): Interval {
  const { reset, floor, threshold, refractory } = law;
  const values: Interval[] = [rangeOf(threshold), { low: 0, high: refractory }];
  const bothSigns = (array: ArrayLike<number>) => {
    const { low, high } = rangeOf(array);
    values.push({ low: Math.min(low, -high), high: Math.max(high, -low) });
  };
  for (const decay of decaysOf(law)) if (decay.kind === "constant") bothSigns(decay.amount);
  if (reset.kind === "zero") values.push(rangeOf(reset.value));
  if (reset.kind === "subtract" && reset.amount !== null) bothSigns(reset.amount);
  if (floor !== null) bothSigns(floor.value);
  return hull(...values);
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

/** Lanes go round by a mask, which needs a power of two; doubles divide. */
function wrapsByMask({ overflowV, synapse }: Law): boolean {
  const ranges = [overflowV, synapse.kind === "none" ? null : synapse.overflowU];
  return ranges.every((range) => range?.overflow !== "wrap" || isPowerOfTwo(range.high - range.low + 1));
}

/** Sixteen bits, for neurons that integrate and fire once and no more. */
function fitsShorts({ law, state, weighted, input, isTaps }: LawProof, graded: boolean): boolean {
  if (state === null || input === "analog" || graded || isTaps) return false;
  const { overflowV, decayV, synapse } = law;
  if (synapse.kind !== "none" || multiplies(decayV) || overflowV?.overflow === "wrap") return false;
  if (firingOf(law) === "several") return false;
  const saturates = overflowV?.overflow === "saturate" && within(overflowV, int16);
  return (
    within(hull(state.widest, weighted, state.input, constantsOf(law)), int16) &&
    (saturates || within(state.total, int16)) &&
    within(rangeOf(law.threshold), { low: int16.low, high: int16.high - 1 })
  );
}

function decaysOf({ decayV, synapse }: Law): Decay[] {
  return synapse.kind === "none" ? [decayV] : [decayV, synapse.decayU];
}

/** Decays that multiply: each neuron has a factor of its own. */
function multiplies(decay: Decay): boolean {
  return decay.kind === "multiply" || (decay.kind === "shift" && decay.shifts !== undefined);
}

function fitsIntegers({ law, state, weighted }: LawProof): boolean {
  if (state === null || !wrapsByMask(law)) return false;
  // A factor of 2^31 has no sign bit left.
  if (decaysOf(law).some((decay) => multiplies(decay) && decay.kind === "shift" && decay.shift > 30))
    return false;
  const { low, high } = int32;
  const everything = hull(state.widest, state.total, state.input, state.traces, weighted);
  // v > threshold becomes v >= threshold + 1.
  return within(everything, int32) && within(constantsOf(law), { low: low + 1, high: high - 1 });
}

function widthOf(proof: LayerProof, graded: boolean): LaneBytes {
  if (proof.kind === "sigmaDelta") return 8;
  if (fitsShorts(proof, graded)) return 2;
  return fitsIntegers(proof) ? 4 : 8;
}

/** The narrowest sums that hold a step's weighted spikes; products with graded spikes need thirty-two bits. */
function sumWidth({ sums }: LayerProof, graded: boolean): LaneBytes {
  if (!graded && within(hull(sums, zero), int16)) return 2;
  return within(hull(sums, zero), int32) ? 4 : 8;
}

export function firingOf({ compare, maxSpikes }: Law): Firing {
  if (compare === "never") return "never";
  return maxSpikes === 1 ? "once" : "several";
}

/** Hands out the addresses of one population's state and parameters. */
interface Placing {
  readonly bytes: LaneBytes;
  readonly cleared: number[];
  state(needed: boolean): number | null;
  parameter(values: ArrayLike<number>, scale?: number): LaneParameter;
}

function createPlacing(layout: Layout, laneOf: Uint32Array, bytes: LaneBytes, memory: MemoryPlan): Placing {
  const length = lanesOf(layout);
  const cleared: number[] = [];
  return {
    bytes,
    cleared,
    state(needed) {
      if (!needed) return null;
      const address = memory.reserve(length * bytes);
      cleared.push(address);
      return address;
    },
    parameter(values, scale = 1) {
      const { low, high } = rangeOf(values);
      if (low === high) return { kind: "constant", value: low * scale };
      return { kind: "lanes", address: memory.place(inLanes(values, layout, laneOf, bytes, scale)) };
    },
  };
}

/** Values of a parameter array (1, channels or neurons), in lanes. */
function inLanes(
  values: ArrayLike<number>,
  layout: Layout,
  laneOf: Uint32Array,
  bytes: LaneBytes,
  scale = 1,
): StateArray {
  const lanes = stateArray(bytes, lanesOf(layout));
  const neurons = neuronsOf(layout);
  for (let neuron = 0; neuron < neurons; neuron++)
    lanes[laneOf[neuron]] = values[parameterIndex(neuron, neurons, values.length)] * scale;
  return lanes;
}

/** What a decay differs in from neuron to neuron. Of shifts it is 2^(shift - own): x / 2^own is x times that / 2^shift. */
function decayParameter(decay: Decay, { parameter }: Placing): LaneParameter {
  if (decay.kind === "multiply") return parameter(decay.multiplier);
  if (decay.kind === "shift" && decay.shifts !== undefined)
    return parameter(Float64Array.from(decay.shifts, (own) => 2 ** (decay.shift - own)));
  return decay.kind === "constant" ? parameter(decay.amount) : { kind: "constant", value: 0 };
}

function planLaw({ law }: LawProof, placing: Placing, counting: boolean): LawRule {
  const { synapse, reset, resetTiming, refractory, floor } = law;
  const { parameter, state } = placing;
  const none: Decay = { kind: "none" };
  return {
    kind: "law",
    law,
    bias: parameter(law.bias),
    threshold: parameter(law.threshold),
    amount: parameter((reset.kind === "subtract" ? reset.amount : null) ?? law.threshold),
    resetValue: parameter(reset.kind === "zero" ? reset.value : [0]),
    floor: parameter(floor?.value ?? [0]),
    decayV: decayParameter(law.decayV, placing),
    decayU: decayParameter(synapse.kind === "none" ? none : synapse.decayU, placing),
    decayH: decayParameter(synapse.kind === "alpha" ? synapse.decayH : none, placing),
    gain: parameter(synapse.kind === "alpha" ? synapse.gain : [0]),
    u: state(synapse.kind !== "none"),
    h: state(synapse.kind === "alpha"),
    due: state(resetTiming === "delayed"),
    waiting: state(refractory > 0),
    count: state(counting),
  };
}

function planSigmaDelta(population: SigmaDeltaPopulation, { parameter, state }: Placing): SigmaDeltaRule {
  const one = 2 ** (population.spikeExponent + population.stateExponent);
  return {
    kind: "sigmaDelta",
    population,
    bias: parameter(population.bias, one),
    sum: state(true)!,
    held: state(true)!,
  };
}

interface LaneRequest {
  readonly layout: Layout;
  readonly proof: LayerProof;
  /** Spikes that come in have values. */
  readonly graded: boolean;
  /** Neurons count their spikes. */
  readonly counting: boolean;
}

export function planLanes({ layout, proof, graded, counting }: LaneRequest, memory: MemoryPlan): LanePlan {
  const stateBytes = widthOf(proof, graded);
  const laneOf = lanesOfNeurons(layout);
  const vInit = proof.kind === "law" ? proof.law.vInit : [0];
  const initial = inLanes(vInit, layout, laneOf, stateBytes);
  const firing = proof.kind === "law" ? firingOf(proof.law) : "several";
  // Everything else follows the membranes: offsets from them are not negative.
  const membrane = memory.reserve(initial.byteLength);
  const placing = createPlacing(layout, laneOf, stateBytes, memory);
  return {
    layout,
    stateBytes,
    sumBytes: Math.min(stateBytes, sumWidth(proof, graded)) as LaneBytes,
    membrane,
    initial,
    rule:
      proof.kind === "law" ? planLaw(proof, placing, counting) : planSigmaDelta(proof.population, placing),
    drive: proof.input === "spikes" ? null : memory.reserve(initial.byteLength),
    firing,
    sent: firing === "several" ? memory.reserve(initial.byteLength) : null,
    cleared: placing.cleared,
    laneOf,
  };
}
