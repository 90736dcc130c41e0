/**
 * The checker at the end of lowering: every parameter of a Network against the numeric rules, knowing no chip. What it finds
 * is a defect of the lowering or a network beyond the rules; either way nothing goes on.
 */
import { SpikecError } from "../errors/error.ts";
import {
  isIntegrateAndFire,
  type Law,
  type Network,
  type Population,
  type Projection,
  type StateRange,
} from "../network/network.ts";
import type { Granularity, IntegerRange, NeuronRules, NumericRules } from "../target/rules.ts";

export interface Violation {
  /** Population, projection, input or readout. */
  readonly layer: string;
  readonly rule: string;
  readonly found: string;
  readonly allowed: string;
}

type Report = (rule: string, found: string | number, allowed: string) => void;

function checkRange(values: ArrayLike<number>, range: IntegerRange, rule: string, report: Report): void {
  for (let i = 0; i < values.length; i++)
    if (values[i] < range.low || values[i] > range.high) {
      report(rule, `${values[i]} at ${i}`, `${range.low}..${range.high}`);
      return;
    }
}

const finenesses: readonly Granularity[] = ["population", "channel", "neuron"];

function checkGranularity(
  length: number,
  population: Population,
  allowed: Granularity,
  rule: string,
  report: Report,
): void {
  const neurons = population.shape.reduce((product, extent) => product * extent, 1);
  const found: Granularity =
    length === 1 ? "population" : length === population.shape[0] ? "channel" : "neuron";
  // In a flat population a channel is a neuron.
  const effective = found === "channel" && neurons === length && allowed === "neuron" ? "neuron" : found;
  if (finenesses.indexOf(effective) > finenesses.indexOf(allowed))
    report(`${rule} granularity`, effective, allowed);
}

/** A parameter that a chip may lack (null): all zeros are nothing. */
function checkOptional(
  values: Int32Array,
  population: Population,
  allowed: (IntegerRange & { granularity: Granularity }) | null,
  rule: string,
  report: Report,
): void {
  if (values.every((value) => value === 0)) return;
  if (allowed === null) {
    report(rule, "not zero", "none");
    return;
  }
  checkRange(values, allowed, rule, report);
  checkGranularity(values.length, population, allowed.granularity, rule, report);
}

function checkFiring(population: Population, law: Law, rules: NumericRules, report: Report): void {
  if (law.compare === "never") return; // Only integrates: threshold and reset do not act.
  checkRange(law.threshold, rules.threshold, "threshold", report);
  checkGranularity(law.threshold.length, population, rules.threshold.granularity, "threshold", report);
  if (!rules.compare.includes(law.compare)) report("compare", law.compare, rules.compare.join(", "));
  const { kind } = law.reset;
  const resets = rules.neurons?.resetNone ? [...rules.reset, "none"] : rules.reset;
  if (!resets.some((allowed) => allowed === kind)) report("reset", kind, resets.join(", "));
  if (!allowsSpikes(law, rules))
    report(
      "maxSpikes",
      law.maxSpikes,
      rules.maxSpikes === 0 ? "0 (all that are due)" : `1..${rules.maxSpikes}`,
    );
}

/** Chips that know no limit of spikes a step may know others, too, or no other. */
function allowsSpikes({ maxSpikes }: Law, rules: NumericRules): boolean {
  if (rules.maxSpikes === 0) return maxSpikes === 0;
  if (rules.neurons?.unboundedSpikes === true) return true;
  return maxSpikes >= 1 && maxSpikes <= rules.maxSpikes;
}

/** What a chip has whose rules say nothing of it. */
const plainNeurons: NeuronRules = {
  synapse: ["none"],
  rounding: ["trunc0", "floor", "halfAway", "halfEven"],
  decayBits: 31,
  inputShift: { low: 0, high: 0 },
  resetNone: false,
  resetValues: false,
  resetTiming: ["immediate"],
  refractory: { low: 0, high: 0 },
  phase: ["post"],
  unboundedSpikes: false,
};

/** A population that only integrates has no reset whose parameters could matter. */
function choosesReset({ reset, compare }: Law): boolean {
  if (compare === "never" || reset.kind === "none") return false;
  return reset.kind === "zero" ? reset.value.some((value) => value !== 0) : reset.amount !== null;
}

function checkNeuron(law: Law, neurons: NeuronRules, report: Report): void {
  const { synapse } = law;
  const among = (rule: string, found: string, allowed: readonly string[]): void => {
    if (!allowed.includes(found)) report(rule, found, allowed.join(", "));
  };
  among("synapse", synapse.kind, neurons.synapse);
  among("resetTiming", law.resetTiming, neurons.resetTiming);
  among("phase", law.phase, neurons.phase);
  checkRange([law.inputShift], neurons.inputShift, "inputShift", report);
  checkRange([law.refractory], neurons.refractory, "refractory", report);
  if (choosesReset(law) && !neurons.resetValues)
    report("reset's value", "chosen", "0, or the threshold where it is subtracted");
  const traces =
    synapse.kind === "none"
      ? []
      : synapse.kind === "trace"
        ? [synapse.decayU]
        : [synapse.decayU, synapse.decayH];
  for (const decay of [law.decayV, ...traces]) {
    if (decay.kind !== "multiply") continue;
    among("rounding of decays", decay.rounding, neurons.rounding);
    checkRange([decay.shift], { low: 0, high: neurons.decayBits }, "bits of a decay", report);
  }
}

/** Whether states saturate within what the chip has. */
function isWithin(range: StateRange | null, { low, high }: IntegerRange): boolean {
  return range !== null && range.overflow === "saturate" && range.low >= low && range.high <= high;
}

function checkState(population: Population, law: Law, rules: NumericRules, report: Report): void {
  const { overflowV } = law;
  const { state } = rules;
  const same = overflowV !== null && overflowV.low === state.low && overflowV.high === state.high;
  const narrow = rules.neurons?.narrowStates === true && isWithin(overflowV, state);
  if (!narrow && (!same || overflowV.overflow !== state.overflow))
    report(
      "state",
      overflowV === null ? "unbounded" : `${overflowV.low}..${overflowV.high}`,
      `${state.low}..${state.high}`,
    );
  checkOptional(law.bias, population, rules.bias, "bias", report);
  checkOptional(law.vInit, population, rules.vInit, "vInit", report);
  if (!rules.decay.includes(law.decayV.kind)) report("decayV", law.decayV.kind, rules.decay.join(", "));
  const floor = law.floor?.kind ?? "none";
  if (!rules.floor.includes(floor)) report("floor", floor, rules.floor.join(", "));
}

function checkProjection(projection: Projection, rules: NumericRules, report: Report): void {
  const { bits, signed, step } = rules.weights;
  const range = signed
    ? { low: -(2 ** (bits - 1)), high: 2 ** (bits - 1) - 1 }
    : { low: 0, high: 2 ** bits - 1 };
  const { weights } = projection.connection;
  checkRange(weights, range, "weight", report);
  const odd = weights.find((weight) => weight % step !== 0);
  if (odd !== undefined) report("weight step", odd, `multiples of ${step}`);
}

function checkDelays(network: Network, rules: NumericRules, report: (layer: string) => Report): void {
  for (const { name, delay } of network.projections) checkRange([delay], rules.delay, "delay", report(name));
  if (rules.delay.granularity !== "source") return;
  const delays = new Map<string, number>();
  for (const { source, name, delay } of network.projections) {
    const first = delays.get(source) ?? delay;
    delays.set(source, first);
    if (delay !== first) report(name)("delay", delay, `${first}, as every projection from ${source}`);
  }
}

/** The rules as they are for a population that counts in fine units: ranges that much larger, in multiples of a unit. */
function rulesFor(law: Law, rules: NumericRules, report: Report): NumericRules {
  const { neurons, threshold, bias } = rules;
  const fine = neurons?.fine;
  if (!neurons || !fine || law.inputShift !== fine.inputShift) return rules;
  const unit = 2 ** fine.inputShift;
  for (const [rule, values] of [
    ["threshold", law.compare === "never" ? [] : law.threshold],
    ["bias", law.bias],
  ] as const) {
    const odd = values.find((value) => value % unit !== 0);
    if (odd !== undefined) report(`${rule} step`, odd, `multiples of ${unit}`);
  }
  checkTrace(law, fine.trace, report);
  const scaled = <Range extends IntegerRange>(range: Range): Range => ({
    ...range,
    low: range.low * unit,
    high: range.high * unit,
  });
  const { inputShift } = fine;
  return {
    ...rules,
    threshold: scaled(threshold),
    bias: bias && scaled(bias),
    state: fine.state,
    neurons: { ...neurons, inputShift: { low: inputShift, high: inputShift } },
  };
}

function checkTrace({ synapse }: Law, allowed: StateRange, report: Report): void {
  if (synapse.kind === "none") return;
  const text = (range: StateRange | null) =>
    range === null ? "unbounded" : `${range.low}..${range.high}, ${range.overflow}`;
  if (text(synapse.overflowU) !== text(allowed))
    report("state of a trace", text(synapse.overflowU), text(allowed));
}

/** A list, and what writes into it for a layer. */
function createReport(): { found: Violation[]; report: (layer: string) => Report } {
  const found: Violation[] = [];
  const report =
    (layer: string): Report =>
    (rule, value, allowed) =>
      found.push({ layer, rule, found: String(value), allowed });
  return { found, report };
}

/** Delays alone, which hang on no number of the network but themselves. */
export function delayViolations(network: Network, rules: NumericRules): Violation[] {
  const { found, report } = createReport();
  checkDelays(network, rules, report);
  return found;
}

/** Everything in the network that the rules do not allow; empty for a legal network. */
export function violations(network: Network, rules: NumericRules): Violation[] {
  const { found, report } = createReport();
  for (const population of network.populations) {
    const kinds = rules.populations ?? ["integrateAndFire"];
    if (!kinds.includes(population.kind))
      report(population.name)("population", population.kind, kinds.join(", "));
    if (!isIntegrateAndFire(population)) continue;
    const { accumulate = "step" } = rules;
    if (population.law.accumulate !== accumulate)
      report(population.name)("accumulate", population.law.accumulate, accumulate);
    const own = rulesFor(population.law, rules, report(population.name));
    checkFiring(population, population.law, own, report(population.name));
    checkState(population, population.law, own, report(population.name));
    checkNeuron(population.law, own.neurons ?? plainNeurons, report(population.name));
  }
  for (const projection of network.projections) checkProjection(projection, rules, report(projection.name));
  checkDelays(network, rules, report);
  for (const { name, encoder } of network.inputs)
    if (encoder.kind !== "always" && !rules.inputs.includes(encoder.kind))
      report(name)("input", encoder.kind, rules.inputs.join(", "));
  const { population, read } = network.readout;
  if (!rules.readouts.includes(read)) report(population)("readout", read, rules.readouts.join(", "));
  return found;
}

/** Throws SPK-0304 with everything in the network that the rules do not allow. */
export function refuseViolations(network: Network, rules: NumericRules): void {
  refuseAll(violations(network, rules));
}

/** Throws SPK-0304 with all of them, where there are any. */
export function refuseAll(found: readonly Violation[]): void {
  if (found.length === 0) return;
  const lines = found.map(
    ({ layer, rule, found: value, allowed }) => `${layer}: ${rule} is ${value}, allowed: ${allowed}`,
  );
  throw new SpikecError("SPK-0304", `outside the target's numeric rules:\n  ${lines.join("\n  ")}`, {
    where: found[0].layer,
  });
}
