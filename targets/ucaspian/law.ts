/**
 * What of the neuron law this chip computes, checked before anything is encoded: a Network outside it would run and give
 * wrong spikes. Reasons for each line stand in README.md.
 */

import { beyondPlain } from "../../src/network/law-extent.ts";
import type { IntegrateAndFirePopulation, Law, Network } from "../../src/network/network.ts";
import { inputBreaches, readoutBreaches, refusal, sentInputs } from "../../src/target/breaches.ts";
import { integrateAndFireOnly } from "../../src/target/populations.ts";
import { afferentsOf } from "../../src/target/synapses.ts";
import { chip } from "./chip.ts";

/** What breaks the chip's rules in one population, in words. */
function breaches(law: Law): string[] {
  const { threshold, state } = chip.rules;
  const found: string[] = [];
  const require = (kept: boolean, what: string) => {
    if (!kept) found.push(what);
  };
  require(law.compare === "gt", `fires on "${law.compare}", the chip on charge > threshold`);
  require(law.reset.kind === "zero" &&
    law.reset.value.every((value) => value === 0), "the chip resets the charge to 0 after a spike");
  require(law.maxSpikes === 1, `maxSpikes ${law.maxSpikes}, the chip fires once a step`);
  require(law.bias.every((bias) => bias === 0), "the chip has no bias (use an always-on input)");
  require(law.vInit.every((charge) => charge === 0), "the chip starts every neuron at charge 0");
  require(law.decayV.kind === "none", "the chip has no leak");
  require(law.floor === null, "the chip has no floor");
  require(law.threshold.every(
    (value) => value >= threshold.low && value <= threshold.high,
  ), `thresholds must lie in ${threshold.low}..${threshold.high}`);
  const range = law.overflowV;
  require(range === null ||
    (range.overflow === "saturate" &&
      range.low === state.low &&
      range.high === state.high), `the chip saturates at ${state.low}..${state.high}`);
  for (const feature of beyondPlain(law)) found.push(`${feature}, which the chip has not`);
  return found;
}

/** Throws SPK-0402 with every breach in every population, the inputs and the readout. */
export function checkRules(network: Network): void {
  const lines = integrateAndFireOnly(network, chip.name).flatMap(({ name, law }) =>
    breaches(law).map((breach) => `${name}: ${breach}`),
  );
  lines.push(...inputBreaches(sentInputs(network), chip.rules.inputs));
  lines.push(...readoutBreaches(network, chip.rules.readouts));
  if (lines.length > 0) throw refusal(chip.name, network, lines);
}

/** The most that one step can take from a neuron of the population: the sum of its negative weights. */
function largestLoss(network: Network, population: IntegrateAndFirePopulation): number {
  const loss = new Map<number, number>();
  for (const projection of network.projections) {
    if (projection.target !== population.name) continue;
    for (const { target, weights } of afferentsOf(projection, network)) {
      const negative = weights.reduce((sum, weight) => sum + Math.min(weight, 0), 0);
      loss.set(target, (loss.get(target) ?? 0) - negative);
    }
  }
  return [...loss.values()].reduce((most, value) => Math.max(most, value), 0);
}

/**
 * Where the law's charge is unbounded and the chip's saturates: proven equal when a whole run cannot reach the bound.
 * The upper bound needs no proof: a charge over 255 fires and is gone. Nor do the 16-bit sums of the dendrites: at most
 * 256 sources, each once a step with -128..127, stay within them.
 */
export function unprovenNotes(network: Network): string[] {
  const delays = network.projections.reduce((sum, { delay }) => sum + delay, 0);
  const steps = network.timesteps + delays;
  return integrateAndFireOnly(network, chip.name).flatMap((population) => {
    if (population.law.overflowV !== null) return [];
    const lowest = -steps * largestLoss(network, population);
    if (lowest >= chip.rules.state.low) return [];
    const { low } = chip.rules.state;
    return [
      `${population.name}: not proven: the charge could fall to ${lowest}, the chip saturates at ${low}`,
    ];
  });
}
