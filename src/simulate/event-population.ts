/**
 * A population that compares after every event (accumulate "event" of docs/law.md): each synapse that an event reaches adds
 * its weight, and overflow, comparison, reset and floor follow at once. Decay and bias are an event of their own, the leak.
 */
import type { Law } from "../network/network.ts";
import { afterSpikes, contained, createMembraneRules, decayed, floored, spikesOf } from "./membrane.ts";

export interface EventPopulation {
  readonly membrane: Float64Array;
  /** Whether a leak event does anything: there is a decay or a bias. */
  readonly leaks: boolean;
  /** Back to vInit. */
  reset(): void;
  /** An event reaches a neuron through synapses of this weight, 0 included. Returns the neuron's spikes. */
  receive(neuron: number, weight: number): number;
  /** The leak reaches a neuron. Returns its spikes. */
  leak(neuron: number): number;
}

export function createEventPopulation(law: Law, size: number): EventPopulation {
  const rules = createMembraneRules(law, size);
  const membrane = new Float64Array(size);
  const inputScale = 2 ** law.inputShift;

  /** Takes the sum that is to be the membrane, as far as the law lets it. */
  function settle(neuron: number, sum: number): number {
    const v = contained(rules, sum);
    const spikes = spikesOf(rules, v, neuron);
    membrane[neuron] = floored(rules, spikes > 0 ? afterSpikes(rules, v, spikes, neuron) : v, neuron);
    return spikes;
  }

  return {
    membrane,
    leaks: rules.decay !== null || rules.bias.some((value) => value !== 0),
    reset: () => membrane.set(rules.vInit),
    receive: (neuron, weight) => settle(neuron, membrane[neuron] + weight * inputScale),
    leak: (neuron) => settle(neuron, decayed(rules, membrane[neuron], neuron) + rules.bias[neuron]),
  };
}
