/**
 * Groups of neurons joined by synapses, stepped together. Every synapse takes at least one step, so that a step needs no
 * order: first all neurons take what has arrived, then all send.
 */
import type { Neurons } from "./neurons.ts";
import type { Synapses } from "./synapses.ts";

export interface MachineLayer {
  readonly neurons: Neurons;
  /** The layer's own input is its neurons' weighted input, without synapses and without delay. */
  readonly direct: boolean;
  /** source: index of a layer, or "input". */
  readonly incoming: readonly { readonly source: number | "input"; readonly synapses: Synapses }[];
}

export interface Machine {
  readonly layers: readonly MachineLayer[];
  /** Spikes of the last step, by layer. */
  readonly sent: readonly Int32Array[];
  /** One step with the values that the input sends. */
  step(input: ArrayLike<number>): void;
  reset(): void;
}

export function createMachine(layers: readonly MachineLayer[]): Machine {
  const sent = layers.map(({ neurons }) => new Int32Array(neurons.size));
  const currents = layers.map(({ neurons }) => new Float64Array(neurons.size));

  function takeStep(index: number, input: ArrayLike<number>): void {
    const { neurons, direct, incoming } = layers[index];
    const current = currents[index].fill(0);
    if (direct) current.set(input);
    for (const { synapses } of incoming) synapses.arrive(current);
    neurons.step(current, sent[index]);
  }

  return {
    layers,
    sent,
    step(input) {
      for (let index = 0; index < layers.length; index++) takeStep(index, input);
      for (const { incoming } of layers)
        for (const { source, synapses } of incoming) synapses.send(source === "input" ? input : sent[source]);
    },
    reset() {
      for (const { neurons, incoming } of layers) {
        neurons.reset();
        for (const { synapses } of incoming) synapses.reset();
      }
      for (const spikes of sent) spikes.fill(0);
    },
  };
}
