/**
 * Pass: chips whose neurons always leak, by shifts, and take their input through a trace. A neuron that should only add up gets the
 * smallest leak that there is: the membrane the highest shift, which for values below 2^shift is one unit a step, and the trace the
 * lowest, so that it hands nearly all of its charge on within few steps.
 *
 * One unit must weigh little, and what arrives a step later must not be rounded off. So everything is shifted to the left
 * (inputShift) as far as thresholds and sums allow: the same distance for all populations that feed others, since such chips have
 * one shift for all of them, and another for the outputs.
 */
import {
  type IntegrateAndFirePopulation,
  isIntegrateAndFire,
  type Law,
  type Network,
  type Population,
  sizeOf,
} from "../../network/network.ts";
import type { NumericRules } from "../../target/rules.ts";
import { afferentsOf } from "../../target/synapses.ts";

/** Room of the state above a threshold, and below zero: membranes saturate there, which the search before did not see. */
const headroom = 8;
/** A trace holds the input of two steps, and sources may fire several times in one. */
const inputsInTrace = 8;

/** The largest weighted input of a step, of either sign, where each source spikes once. */
function largestInput(network: Network, { name, shape }: Population): number {
  const charge = { positive: new Float64Array(sizeOf(shape)), negative: new Float64Array(sizeOf(shape)) };
  for (const projection of network.projections) {
    if (projection.target !== name) continue;
    for (const { target, weights } of afferentsOf(projection, network))
      for (const weight of weights) charge[weight > 0 ? "positive" : "negative"][target] += Math.abs(weight);
  }
  return [...charge.positive, ...charge.negative].reduce((largest, value) => Math.max(largest, value), 0);
}

/** What must fit in a state, in units before the shift. */
function largestState(network: Network, population: IntegrateAndFirePopulation): number {
  const { law } = population;
  const input = largestInput(network, population);
  // A population that never fires adds up to the end of the run.
  if (law.compare === "never") return Math.max(network.timesteps, inputsInTrace) * input;
  return Math.max(headroom * Math.max(...law.threshold), inputsInTrace * input);
}

/** The largest shift at which all of them fit. */
function commonShift(
  network: Network,
  populations: readonly IntegrateAndFirePopulation[],
  rules: NumericRules,
): number {
  const { low, high } = rules.neurons!.inputShift;
  let shift = low;
  const states = populations.map((population) => largestState(network, population));
  const fits = (candidate: number) => states.every((state) => state * 2 ** candidate <= rules.state.high);
  while (shift < high && fits(shift + 1)) shift++;
  return shift;
}

function leaking(law: Law, shift: number, maxSpikes: number, rules: NumericRules): Law {
  const { low, high } = rules.neurons!.shifts!;
  return {
    ...law,
    synapse: {
      kind: "trace",
      decayU: { kind: "shift", shift: low, tail: true },
      overflowU: rules.state,
      synapseOrder: "addThenDecay",
      resetSynapse: false,
    },
    inputShift: shift,
    decayV: { kind: "shift", shift: high, tail: true },
    threshold: law.compare === "never" ? law.threshold : law.threshold.map((value) => value * 2 ** shift),
    bias: law.bias.map((value) => value * 2 ** shift),
    vInit: law.vInit.map((value) => value * 2 ** shift),
    // Such chips fire as often as the threshold fits, whether the search counted on it or not.
    maxSpikes: law.compare === "never" ? law.maxSpikes : maxSpikes,
  };
}

export function leakLeast(network: Network, rules: NumericRules): Network {
  if (rules.decay.includes("none") || rules.neurons?.shifts === undefined) return network;
  const sources = new Set(network.projections.map(({ source }) => source));
  const plain = network.populations
    .filter(isIntegrateAndFire)
    .filter(({ law }) => law.decayV.kind === "none" && law.synapse.kind === "none");
  const [inner, outputs] = [
    plain.filter(({ name }) => sources.has(name)),
    plain.filter(({ name }) => !sources.has(name)),
  ];
  const shifts = { inner: commonShift(network, inner, rules), outputs: commonShift(network, outputs, rules) };
  const populations = network.populations.map((population): Population => {
    if (!isIntegrateAndFire(population) || !plain.includes(population)) return population;
    const inside = sources.has(population.name);
    const shift = inside ? shifts.inner : shifts.outputs;
    const most = inside ? rules.maxSpikes : (rules.outputMaxSpikes ?? rules.maxSpikes);
    const membraneUnit = population.membraneUnit.map((unit) => unit / 2 ** shift);
    return { ...population, law: leaking(population.law, shift, most, rules), membraneUnit };
  });
  const readsShifted = outputs.some(({ name }) => name === network.readout.population);
  const isMembrane = network.readout.read === "membrane";
  const readout =
    readsShifted && isMembrane
      ? { ...network.readout, scale: network.readout.scale / 2 ** shifts.outputs }
      : network.readout;
  return { ...network, populations, readout };
}
