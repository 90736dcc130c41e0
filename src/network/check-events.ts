/**
 * The check of networks that compare after every event (accumulate "event"): all populations do, and their laws and inputs
 * use nothing that only a step has.
 */
import { SpikecError } from "../errors/error.ts";
import { broken } from "./check-number.ts";
import type { Law, Network, Population } from "./network.ts";

/** Whether the population's order is that of events. */
function followsEvents(population: Population): boolean {
  return population.kind === "integrateAndFire" && population.law.accumulate === "event";
}

/** Whether spikes are followed one by one. `checkNetwork` refuses mixtures, so that the first population tells. */
export function isEventDriven({ populations }: Network): boolean {
  return populations.length > 0 && followsEvents(populations[0]);
}

/** What of a law has its place in a step, and none after a single event; null: nothing. */
function needsSteps(law: Law): string | null {
  if (law.synapse.kind !== "none") return "a synapse with a trace";
  if (law.phase !== "post") return "a comparison before the step";
  if (law.resetTiming !== "immediate") return "a reset delayed by a step";
  return law.refractory > 0 ? "refractory steps" : null;
}

/** Throws SPK-0707 for a mixture of the two orders, SPK-0704 for what events cannot have. */
export function checkEventOrder({ inputs, populations }: Network): void {
  const first = populations.find(followsEvents);
  if (first === undefined) return;
  const other = populations.find((population) => !followsEvents(population));
  if (other !== undefined)
    throw new SpikecError(
      "SPK-0707",
      `'${first.name}' compares after every event, '${other.name}' once a step`,
    );
  for (const population of populations) {
    const stepped = population.kind === "integrateAndFire" ? needsSteps(population.law) : null;
    if (stepped === null) continue;
    throw broken(`it compares after every event, and has ${stepped}`, `population '${population.name}'`);
  }
  for (const { name, encoder } of inputs)
    if (encoder.kind === "analog" || encoder.kind === "current")
      throw broken(
        "it gives currents, and populations that compare after every event take spikes",
        `input '${name}'`,
      );
}
