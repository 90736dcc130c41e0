/**
 * What of the neuron law a core computes, checked before anything is encoded; and what is not proven: where the hardware's words
 * of 9 bits could wrap.
 */

import { latencies } from "../../src/network/latency.ts";
import {
  type IntegrateAndFirePopulation,
  type Law,
  type Network,
  parameterIndex,
  sizeOf,
} from "../../src/network/network.ts";
import { inputBreaches, readoutBreaches, refusal, sentInputs } from "../../src/target/breaches.ts";
import { integrateAndFireOnly } from "../../src/target/populations.ts";
import type { LayerInput } from "./afferents.ts";
import { chip } from "./chip.ts";

const { low, high } = chip.rules.state;

/** Reads a parameter array for one neuron. */
export function reader(
  population: IntegrateAndFirePopulation,
): (values: Int32Array, neuron: number) => number {
  const size = sizeOf(population.shape);
  return (values, neuron) => values[parameterIndex(neuron, size, values.length)];
}

/** The potential before the first tick: the leak acts from tick 1, the law's bias from the layer's latency on. */
export function initialPotential(vInit: number, bias: number, latency: number): number {
  return vInit - bias * Math.max(0, latency - 1);
}

/** Whether a neuron stays quiet, and within its words, in the ticks before the layer's first step. */
function startsQuietly(population: IntegrateAndFirePopulation, latency: number): boolean {
  const { vInit, bias, threshold, floor } = population.law;
  const read = reader(population);
  for (let neuron = 0; neuron < sizeOf(population.shape); neuron++) {
    const [start, drift] = [read(vInit, neuron), read(bias, neuron)];
    const first = initialPotential(start, drift, latency);
    if (first < low || first > high) return false;
    if (latency < 2) continue;
    const [least, most] = [Math.min(start, first + drift), Math.max(start, first + drift)];
    if (most >= read(threshold, neuron) || (floor !== null && least < read(floor.value, neuron)))
      return false;
  }
  return true;
}

function resets({ reset, floor }: Law): boolean {
  if (reset.kind === "subtract")
    return reset.amount === null && (floor === null || floor.kind === "subtract");
  const toZero = reset.kind === "zero" && reset.value.every((value) => value === 0);
  return toZero && (floor === null || floor.kind === "zero");
}

function breaches(population: IntegrateAndFirePopulation, latency: number): string[] {
  const { law } = population;
  const { threshold } = chip.rules;
  const found: string[] = [];
  const require = (kept: boolean, what: string) => {
    if (!kept) found.push(what);
  };
  const within = (values: Int32Array, from: number, to: number) =>
    values.every((value) => value >= from && value <= to);
  require(law.accumulate === "step" &&
    law.synapse.kind === "none" &&
    law.inputShift === 0, "the chip adds weights up, once a tick, without traces");
  require(law.compare === "ge", `fires on "${law.compare}", the chip on potential >= threshold`);
  require(resets(law), "the chip resets by the threshold, or to 0, and treats its floor alike");
  require(law.resetTiming === "immediate" &&
    law.phase === "post" &&
    law.refractory === 0, "the chip compares and resets at once, without refractory ticks");
  require(law.maxSpikes === 1, `maxSpikes ${law.maxSpikes}, the chip fires once a tick`);
  require(law.decayV.kind === "none", "the chip's leak is a bias, nothing decays");
  require(within(
    law.threshold,
    threshold.low,
    threshold.high,
  ), `thresholds must lie in ${threshold.low}..${threshold.high}`);
  require(within(law.bias, low, high), `bias must lie in ${low}..${high}`);
  require(within(law.vInit, low, high), `vInit must lie in ${low}..${high}`);
  require(law.floor === null || within(law.floor.value, low, 0), `a floor must lie in ${low}..0`);
  const range = law.overflowV;
  require(range === null ||
    (range.overflow === "wrap" &&
      range.low === low &&
      range.high === high), `the chip's potentials wrap at ${low}..${high}`);
  require(startsQuietly(
    population,
    latency,
  ), "its neurons would fire, or leave their range, before the first spike can reach them");
  return found;
}

/** A spike that arrives before a layer's first step is lost in the law and counted on the chip. */
function earlyArrivals(network: Network, latency: ReadonlyMap<string, number>): string[] {
  return network.projections
    .filter(({ source, target, delay }) => latency.get(source)! + delay < latency.get(target)!)
    .map(({ name }) => `${name}: its spikes arrive before the layer's first step`);
}

/** All populations; throws SPK-0402 with every breach in every population, the inputs and the readout. */
export function checkRules(network: Network): readonly IntegrateAndFirePopulation[] {
  const populations = integrateAndFireOnly(network, chip.name);
  const latency = latencies(network);
  const lines = populations.flatMap((population) =>
    breaches(population, latency.get(population.name)!).map((text) => `${population.name}: ${text}`),
  );
  lines.push(...earlyArrivals(network, latency));
  lines.push(...inputBreaches(sentInputs(network), chip.rules.inputs));
  lines.push(...readoutBreaches(network, chip.rules.readouts));
  if (lines.length > 0) throw refusal(chip.name, network, lines);
  return populations;
}

/** The range that the potentials of a layer cannot leave, from bounds of weights, bias and thresholds over a run. */
export function potentialBounds(
  population: IntegrateAndFirePopulation,
  input: LayerInput,
  ticks: number,
): { low: number; high: number } {
  const { bias, vInit, threshold, reset, floor } = population.law;
  const read = reader(population);
  const bounds = { low: 0, high: 0 };
  input.rows.forEach((row, neuron) => {
    const leak = read(bias, neuron);
    let [gain, loss] = [Math.max(0, leak), Math.min(0, leak)];
    for (const weight of row.values()) {
      gain += Math.max(0, weight);
      loss += Math.min(0, weight);
    }
    const [start, top] = [read(vInit, neuron), read(threshold, neuron)];
    // Below the threshold before a tick, or what a reset by subtraction left over from one that brought more than it takes.
    const left = reset.kind === "subtract" ? Math.max(0, gain - top) * ticks : 0;
    bounds.high = Math.max(bounds.high, Math.max(top - 1, start) + gain + left);
    const held =
      floor === null ? loss * (ticks - 1) + Math.min(0, start) : Math.min(read(floor.value, neuron), start);
    bounds.low = Math.min(bounds.low, held + loss);
  });
  return bounds;
}

/** One line a layer whose words could wrap. */
export function unprovenNotes(
  network: Network,
  populations: readonly IntegrateAndFirePopulation[],
  inputs: ReadonlyMap<string, LayerInput>,
): string[] {
  const ticks = network.timesteps + latencies(network).get(network.readout.population)!;
  return populations.flatMap((population) => {
    const bounds = potentialBounds(population, inputs.get(population.name)!, ticks);
    if (bounds.low >= low && bounds.high <= high) return [];
    return [
      `${population.name}: not proven: potentials could reach ${bounds.low}..${bounds.high}, the hardware wraps at ${low}..${high} and the simulator does not`,
    ];
  });
}
