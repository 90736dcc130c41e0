/**
 * What of the neuron law a Xylo neuron computes, checked before anything is encoded. The chip's neurons differ from the law where
 * a sum saturates on the way; bounds.ts says where that is not ruled out.
 */

import { latencies } from "../../src/network/latency.ts";
import {
  type Decay,
  type IntegrateAndFirePopulation,
  type Network,
  parameterIndex,
  type StateRange,
  sizeOf,
} from "../../src/network/network.ts";
import { inputBreaches, readoutBreaches, sentInputs } from "../../src/target/breaches.ts";
import type { XyloChip } from "./chips.ts";
import { startingMembrane } from "./start.ts";

const mostDash = 15;
const mostShift = 7;
const mostBias = { low: -128, high: 127 };
export const most = { hidden: 31, output: 1 } as const;

/** A decay as the chip's shifts, one for all neurons or as many as the law has; null: it is none. */
export function dashesOf(decay: Decay): Int32Array | null {
  if (decay.kind !== "shift" || !decay.tail) return null;
  const shifts = decay.shifts ?? Int32Array.of(decay.shift);
  return shifts.every((shift) => shift >= 0 && shift <= mostDash) ? shifts : null;
}

function fills16Bits(range: StateRange | null): boolean {
  return range === null || (range.low === -32768 && range.high === 32767 && range.overflow === "saturate");
}

const isZero = (values: Int32Array) => values.every((value) => value === 0);
const dashText = `a shift of 0 to ${mostDash} that loses at least one unit`;

/** Whether every membrane starts where the chip's biases have driven it by then, and none has fired on the way. */
function startsAsTheChip({ law, shape }: IntegrateAndFirePopulation, latency: number): boolean {
  const size = sizeOf(shape);
  for (let neuron = 0; neuron < size; neuron++) {
    const read = (values: Int32Array) => values[parameterIndex(neuron, size, values.length)];
    for (let step = 1; step <= latency && law.compare !== "never"; step++)
      if (startingMembrane(law, read, step) >= read(law.threshold)) return false;
    if (startingMembrane(law, read, latency) !== read(law.vInit)) return false;
  }
  return true;
}

function breaches(
  population: IntegrateAndFirePopulation,
  stage: "hidden" | "output",
  latency: number,
): string[] {
  const { law } = population;
  const found: string[] = [];
  const require = (kept: boolean, what: string) => {
    if (!kept) found.push(what);
  };
  const { synapse } = law;
  require(synapse.kind === "trace", `synapse ${synapse.kind}, the chip's input passes one trace`);
  if (synapse.kind === "trace") {
    require(synapse.synapseOrder === "addThenDecay" &&
      !synapse.resetSynapse, "the chip's traces add, then decay, and outlive a spike");
    require(dashesOf(synapse.decayU) !== null, `the trace must decay by ${dashText}`);
    require(fills16Bits(synapse.overflowU), "the chip's traces saturate in 16 bits");
  }
  require(dashesOf(law.decayV) !== null, `the membrane must decay by ${dashText}`);
  require(fills16Bits(law.overflowV), "the chip's membranes saturate in 16 bits");
  require(law.inputShift >= 0 &&
    law.inputShift <= mostShift, `inputShift ${law.inputShift}, the chip has 0 to ${mostShift}`);
  require(law.compare !== "gt", "it fires above the threshold, the chip at the threshold");
  if (law.compare !== "never") {
    require(law.reset.kind === "subtract" && law.reset.amount === null, "the chip resets by the threshold");
    require(law.maxSpikes ===
      most[
        stage
      ], `maxSpikes ${law.maxSpikes}; of ${stage === "hidden" ? "hidden neurons" : "outputs"} it is ${most[stage]}`);
    require(law.threshold.every((value) => value >= 1 && value <= 32767), "thresholds must lie in 1..32767");
  }
  require(law.resetTiming === "immediate" &&
    law.refractory === 0 &&
    law.phase === "post" &&
    law.accumulate ===
      "step", "the chip compares and resets once, at the end of a step, without refractory steps");
  require(law.floor === null, "the chip's membranes have no floor");
  require(law.bias.every(
    (value) => value >= mostBias.low && value <= mostBias.high,
  ), `biases must lie in ${mostBias.low}..${mostBias.high}`);
  if (isZero(law.bias)) require(isZero(law.vInit), "the chip starts every membrane at 0");
  else
    require(startsAsTheChip(
      population,
      latency,
    ), `its biases act from step ${latency}, the chip's from the first: convert the model for this target`);
  return found;
}

/** A spike that arrives before a layer's first step is lost in the law and counted on the chip. */
function earlyArrivals(network: Network, latency: ReadonlyMap<string, number>): string[] {
  return network.projections
    .filter(({ source, target, delay }) => (latency.get(source) ?? 0) + delay < latency.get(target)!)
    .map(({ name }) => `${name}: its spikes arrive before the layer's first step`);
}

/** Everything in populations, inputs and readout that the chip does not compute, in words. */
export function ruleBreaches(
  network: Network,
  populations: readonly IntegrateAndFirePopulation[],
  stages: ReadonlyMap<string, "hidden" | "output">,
  chip: XyloChip,
): string[] {
  const latency = latencies(network);
  const lines = populations.flatMap((population) => {
    const { name } = population;
    return breaches(population, stages.get(name)!, latency.get(name)!).map((text) => `${name}: ${text}`);
  });
  lines.push(...earlyArrivals(network, latency));
  lines.push(...inputBreaches(sentInputs(network), chip.rules.inputs));
  lines.push(...readoutBreaches(network, chip.rules.readouts));
  return lines;
}
