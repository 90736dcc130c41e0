/**
 * What of the neuron law a core computes, and the registers that make it do so. The law by steps runs on the simulator
 * `timestep`, the law by events on `event`.
 */

import {
  type IntegrateAndFirePopulation,
  type Law,
  type Network,
  parameterIndex,
  sizeOf,
} from "../../src/network/network.ts";
import { inputBreaches, readoutBreaches, refusal, sentInputs } from "../../src/target/breaches.ts";
import { integrateAndFireOnly } from "../../src/target/populations.ts";
import type { SpeckChip } from "./chip.ts";
import type { SimulatorName } from "./manifest.ts";

const [lowest, highest] = [-(2 ** 15), 2 ** 15 - 1];

const uniform = (values: ArrayLike<number>) =>
  Array.prototype.every.call(values, (value) => value === values[0]);
const within = (values: Int32Array, low: number, high: number) =>
  values.every((value) => value >= low && value <= high);

/** The floor of the law: where its membranes stop, be it a clamp or the lower end of their range; null: nowhere. */
function floorOf({ floor, overflowV }: Law): number | null {
  const ends = [...(floor === null ? [] : [floor.value[0]]), ...(overflowV === null ? [] : [overflowV.low])];
  return ends.length === 0 ? null : Math.max(...ends);
}

export function simulatorOf({ populations }: Network): SimulatorName {
  const [first] = populations;
  return first?.kind === "integrateAndFire" && first.law.accumulate === "event" ? "event" : "timestep";
}

function resetBreaches({ reset }: Law): string[] {
  if (reset.kind === "subtract" && reset.amount === null) return [];
  if (reset.kind === "zero" && reset.value.every((value) => value === 0)) return [];
  return ["the chip takes the threshold off, or returns to 0"];
}

function rangeBreaches(law: Law): string[] {
  const { overflowV, floor, accumulate } = law;
  const found: string[] = [];
  if (floor !== null && (floor.kind !== "clamp" || !uniform(floor.value)))
    found.push("the chip has one floor for a layer, at which membranes stop");
  if (overflowV !== null && overflowV.overflow !== "saturate")
    found.push("the chip's membranes stop at the ends of their range, they do not wrap");
  const low = floorOf(law);
  if (low === null) found.push(`its membranes have no floor, the chip's has one: ${lowest} at the lowest`);
  else if (low < lowest || low > -1)
    found.push(
      `a floor of ${low}; the chip's lies in ${lowest}..-1 (-1 in place of 0, which it does not take)`,
    );
  const top = overflowV?.high ?? Number.POSITIVE_INFINITY;
  if (accumulate === "event" && top !== highest) found.push(`by events, membranes end at ${highest}`);
  if (accumulate === "step" && top < 2 ** 31 - 1)
    found.push(`membranes that end at ${top}; within a step the chip's simulator adds up without an end`);
  return found;
}

/** Why a law that fires once a step is another one. */
const onceAStep =
  "it fires once a step; on the chip spikes have no step, and one that is due is sent. Convert the model for this target";

function firingBreaches(law: Law): string[] {
  if (law.compare === "never") return ["a membrane that only integrates; the chip shows spikes only"];
  const found = resetBreaches(law);
  if (law.compare !== "ge") found.push(`it fires at "${law.compare}", the chip at v >= threshold`);
  if (law.accumulate === "step" && law.maxSpikes !== 0) found.push(onceAStep);
  if (law.accumulate === "event" && law.maxSpikes !== 1)
    found.push("by events, a neuron fires once at most an event");
  if (!uniform(law.threshold)) found.push("the chip has one threshold for a layer");
  if (!within(law.threshold, 1, highest)) found.push(`thresholds must lie in 1..${highest}`);
  return found;
}

/** What in a law the chip's neurons do not do, in words; empty where they do it all. */
export function lawBreaches({ law, shape }: IntegrateAndFirePopulation): string[] {
  const found = firingBreaches(law);
  const require = (kept: boolean, what: string) => {
    if (!kept) found.push(what);
  };
  require(law.synapse.kind === "none" && law.inputShift === 0, "the chip adds weights up, without traces");
  require(law.decayV.kind === "none", "the chip's leak is a bias, nothing decays");
  require(law.resetTiming === "immediate" &&
    law.phase === "post" &&
    law.refractory === 0, "the chip compares and resets at once, without refractory steps");
  require(within(law.bias, lowest, highest), `biases must lie in ${lowest}..${highest}`);
  require(within(law.vInit, lowest, highest), `vInit must lie in ${lowest}..${highest}`);
  require(biasesOf({ law, shape }) !== undefined, "the chip has one bias for a channel");
  return [...found, ...rangeBreaches(law)];
}

/** One bias a feature, null where all are 0; undefined where neurons of a feature have different ones. */
export function biasesOf({
  law,
  shape,
}: Pick<IntegrateAndFirePopulation, "law" | "shape">): Int32Array | null | undefined {
  const { bias } = law;
  if (bias.every((value) => value === 0)) return null;
  const size = sizeOf(shape);
  const biasOf = (neuron: number) => bias[parameterIndex(neuron, size, bias.length)];
  const map = size / shape[0];
  for (let neuron = 0; neuron < size; neuron++)
    if (biasOf(neuron) !== biasOf(Math.floor(neuron / map) * map)) return undefined;
  return Int32Array.from({ length: shape[0] }, (_, feature) => biasOf(feature * map));
}

/** The registers of a layer whose law has no breaches. */
export function registersOf({ law, shape }: IntegrateAndFirePopulation) {
  const size = sizeOf(shape);
  const rests = law.vInit.every((value) => value === 0);
  return {
    biases: biasesOf({ law, shape }) ?? null,
    thresholdHigh: law.threshold[0],
    thresholdLow: floorOf(law)!,
    returnToZero: law.reset.kind === "zero",
    initial: rests
      ? null
      : Int32Array.from({ length: size }, (_, i) => law.vInit[parameterIndex(i, size, law.vInit.length)]),
  };
}

/** Throws SPK-0402 with every breach in every population, the inputs and the readout. */
export function checkRules(chip: SpeckChip, network: Network): readonly IntegrateAndFirePopulation[] {
  const populations = integrateAndFireOnly(network, chip.name);
  const { inputs, readouts } = chip.rules;
  const lines = populations.flatMap((population) =>
    lawBreaches(population).map((text) => `${population.name}: ${text}`),
  );
  for (const { name, encoder } of network.inputs)
    if (encoder.kind === "always") lines.push(`${name}: an always-on input; the chip has biases for that`);
  lines.push(...inputBreaches(sentInputs(network), inputs), ...readoutBreaches(network, readouts));
  if (lines.length > 0) throw refusal(chip.name, network, lines);
  return populations;
}

/** The same network as another simulator computes it: one comparison an event and membranes of 16 bits, or steps. */
export function under(simulator: SimulatorName, network: Network): Network {
  const accumulate = simulator === "event" ? "event" : "step";
  const moved = (population: Network["populations"][number]) => {
    if (population.kind !== "integrateAndFire" || population.law.accumulate === accumulate) return population;
    const { law } = population;
    const [maxSpikes, high] = accumulate === "event" ? [1, highest] : [0, 2 ** 31 - 1];
    const overflowV = { low: law.overflowV?.low ?? lowest, high, overflow: "saturate" } as const;
    return { ...population, law: { ...law, accumulate, maxSpikes, overflowV } as Law };
  };
  return { ...network, populations: network.populations.map(moved) };
}
