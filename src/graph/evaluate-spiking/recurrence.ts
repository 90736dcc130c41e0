/**
 * A neuron's own recurrence: what its spikes of the last step add to its input in this one.
 */
import type { Recurrence } from "../spiking-neurons.ts";
import { perNeuron } from "./stepper.ts";
import { compileScatter } from "./weights.ts";

/** Puts W spikes + b, or V spikes, into `into`. */
export function compileRecurrence(
  recurrence: Recurrence,
  neurons: number,
): (spikes: Float32Array, into: Float32Array) => void {
  if (recurrence.kind === "oneToOne") {
    const weight = perNeuron(recurrence.weight, neurons);
    return (spikes, into) => {
      for (let i = 0; i < neurons; i++) into[i] = spikes[i] * weight[i];
    };
  }
  const scatter = compileScatter(recurrence.weight);
  const { bias } = recurrence;
  return (spikes, into) => {
    scatter(spikes, into);
    if (bias) for (let i = 0; i < neurons; i++) into[i] += bias[i];
  };
}
