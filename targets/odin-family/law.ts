/**
 * What of the neuron law the family computes, checked before anything is encoded: a Network outside it would run and give
 * wrong spikes.
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
import type { Chip } from "../../src/target/target.ts";
import { largestLeak } from "./chip.ts";

/** Whether every neuron starts below its threshold. */
function startsBelow({ vInit, threshold }: Law, size: number): boolean {
  for (let neuron = 0; neuron < size; neuron++) {
    const start = vInit[parameterIndex(neuron, size, vInit.length)];
    if (start >= threshold[parameterIndex(neuron, size, threshold.length)]) return false;
  }
  return true;
}

/** What breaks the chip's rules in one population, in words. */
function breaches(law: Law, size: number, { rules }: Chip): string[] {
  const { threshold, state } = rules;
  const vInit = rules.vInit!;
  const found: string[] = [];
  const require = (kept: boolean, what: string) => {
    if (!kept) found.push(what);
  };
  const within = (values: Int32Array, low: number, high: number) =>
    values.every((value) => value >= low && value <= high);
  require(law.accumulate === "event", "compares once a step, the chip after every event");
  require(law.synapse.kind === "none" && law.inputShift === 0, "the chip has no synaptic traces");
  require(law.compare === "ge", `fires on "${law.compare}", the chip on membrane >= threshold`);
  require(law.reset.kind === "zero" &&
    within(law.reset.value, 0, 0), "the chip resets the membrane to 0 after a spike");
  require(law.resetTiming === "immediate" && law.phase === "post", "the chip compares and resets at once");
  require(law.refractory === 0, "the chip has no refractory time");
  require(law.maxSpikes === rules.maxSpikes, `maxSpikes ${law.maxSpikes}, on the chip ${rules.maxSpikes}`);
  require(within(law.bias, 0, 0), "the chip has no bias (use an always-on input)");
  const { decayV } = law;
  require(decayV.kind === "none" ||
    (decayV.kind === "constant" &&
      decayV.towardZero &&
      within(
        decayV.amount,
        0,
        largestLeak,
      )), `the chip's leak is a constant of 0..${largestLeak} toward zero`);
  require(law.floor === null, "the chip has no floor besides its membrane's range");
  require(within(
    law.threshold,
    threshold.low,
    threshold.high,
  ), `thresholds must lie in ${threshold.low}..${threshold.high}`);
  require(within(law.vInit, vInit.low, vInit.high), `vInit must lie in ${vInit.low}..${vInit.high}`);
  require(startsBelow(law, size), "a membrane that starts at its threshold fires on any event of the chip");
  const range = law.overflowV;
  require(range !== null &&
    range.overflow === "saturate" &&
    range.low === state.low &&
    range.high === state.high, `the chip saturates at ${state.low}..${state.high}`);
  return found;
}

/** All populations; throws SPK-0402 with every breach in every population, the inputs and the readout. */
export function checkRules(network: Network, chip: Chip): readonly IntegrateAndFirePopulation[] {
  const populations = integrateAndFireOnly(network, chip.name);
  const lines = populations.flatMap(({ name, law, shape }) =>
    breaches(law, sizeOf(shape), chip).map((text) => `${name}: ${text}`),
  );
  lines.push(...inputBreaches(sentInputs(network), chip.rules.inputs));
  lines.push(...readoutBreaches(network, chip.rules.readouts));
  if (lines.length > 0) throw refusal(chip.name, network, lines);
  return populations;
}
