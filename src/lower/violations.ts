/**
 * The checker at the end of lowering: every parameter of a Network against the numeric rules, knowing no chip. What it finds
 * is a defect of the lowering or a network beyond the rules; either way nothing goes on.
 */
import {
  isIntegrateAndFire,
  type Law,
  type Network,
  type Population,
  type Projection,
} from "../network/network.ts";
import type { Granularity, IntegerRange, NumericRules } from "../target/rules.ts";

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
  if (law.reset.kind === "none" || !rules.reset.includes(law.reset.kind))
    report("reset", law.reset.kind, rules.reset.join(", "));
  if (law.maxSpikes === 0 || law.maxSpikes > rules.maxSpikes)
    report("maxSpikes", law.maxSpikes, `1..${rules.maxSpikes}`);
}

function checkState(population: Population, law: Law, rules: NumericRules, report: Report): void {
  const { overflowV } = law;
  const { state } = rules;
  const same = overflowV !== null && overflowV.low === state.low && overflowV.high === state.high;
  if (!same || overflowV.overflow !== state.overflow)
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
  checkRange([projection.delay], rules.delay, "delay", report);
}

function checkDelaysBySource(network: Network, rules: NumericRules, report: (layer: string) => Report): void {
  if (rules.delay.granularity !== "source") return;
  const delays = new Map<string, number>();
  for (const { source, name, delay } of network.projections) {
    const first = delays.get(source) ?? delay;
    delays.set(source, first);
    if (delay !== first) report(name)("delay", delay, `${first}, as every projection from ${source}`);
  }
}

/** Everything in the network that the rules do not allow; empty for a legal network. */
export function violations(network: Network, rules: NumericRules): Violation[] {
  const found: Violation[] = [];
  const report =
    (layer: string): Report =>
    (rule, value, allowed) =>
      found.push({ layer, rule, found: String(value), allowed });
  for (const population of network.populations) {
    if (!isIntegrateAndFire(population)) continue;
    checkFiring(population, population.law, rules, report(population.name));
    checkState(population, population.law, rules, report(population.name));
  }
  for (const projection of network.projections) checkProjection(projection, rules, report(projection.name));
  checkDelaysBySource(network, rules, report);
  for (const { name, encoder } of network.inputs)
    if (encoder.kind !== "always" && !rules.inputs.includes(encoder.kind))
      report(name)("input", encoder.kind, rules.inputs.join(", "));
  const { population, read } = network.readout;
  if (!rules.readouts.includes(read)) report(population)("readout", read, rules.readouts.join(", "));
  return found;
}
