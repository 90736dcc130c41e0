/**
 * The relay: a hidden neuron that fires exactly once in every step in which its channel spikes, so that what is always on can reach
 * outputs. With weight 2 and a trace that halves, two spikes in the first step and one in each later one make the trace
 * W, W, ..., W; the threshold is W, and what is left when the channel falls silent, W / 2, never reaches it.
 */
import type { HiddenNeuron } from "./configuration.ts";

export const relayWeight = 2;

/** Spikes of the channel in the first step and in the others. */
export const relaySpikes = { first: 2, later: 1 } as const;

/** inputShift: of input weights. */
export function relayNeuron(inputShift: number): HiddenNeuron {
  return {
    synapseDashes: [1, 0],
    membraneDash: 1,
    threshold: relayWeight << inputShift,
    bias: 0,
    alias: null,
  };
}
