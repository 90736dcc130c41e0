/**
 * A growing list of events, step by step: what a population emits while it is simulated, and what an encoder makes of a
 * sample. Closed steps read as `Events` without copying until the end.
 */
import type { Events } from "../network/spikes.ts";

export interface EventList {
  /** Adds an event to the step under way; neurons come ascending, or in the order of emission. */
  push(neuron: number, value: number): void;
  /** Adds events of one spike each, in the same order. */
  append(spiking: Uint16Array | Uint32Array): void;
  /** Closes the step under way. */
  endStep(): void;
  /** Forgets everything, keeping the memory. */
  clear(): void;
  /** Closed steps so far. */
  steps(): number;
  /** Start and end of a closed step in `neurons` and `values`. */
  start(step: number): number;
  end(step: number): number;
  /** Valid until the next push. */
  neurons(): Uint32Array;
  values(): Int32Array;
  /** A copy of all closed steps. */
  toEvents(): Events;
}

export function createEventList(): EventList {
  let neurons = new Uint32Array(256);
  let values = new Int32Array(256);
  const offsets: number[] = [0];
  let length = 0;
  let graded = false;

  function grow(needed: number): void {
    const wider = Math.max(needed, neurons.length * 2);
    const widerNeurons = new Uint32Array(wider);
    const widerValues = new Int32Array(wider);
    widerNeurons.set(neurons);
    widerValues.set(values);
    neurons = widerNeurons;
    values = widerValues;
  }

  return {
    push(neuron, value) {
      if (length === neurons.length) grow(length + 1);
      neurons[length] = neuron;
      values[length] = value;
      if (value !== 1) graded = true;
      length++;
    },
    append(spiking) {
      const end = length + spiking.length;
      if (end > neurons.length) grow(end);
      neurons.set(spiking, length);
      values.fill(1, length, end);
      length = end;
    },
    endStep() {
      offsets.push(length);
    },
    clear() {
      offsets.length = 1;
      length = 0;
      graded = false;
    },
    steps: () => offsets.length - 1,
    start: (step) => offsets[step],
    end: (step) => offsets[step + 1],
    neurons: () => neurons,
    values: () => values,
    toEvents: () => ({
      offsets: Uint32Array.from(offsets),
      neurons: neurons.slice(0, length),
      values: graded ? values.slice(0, length) : null,
    }),
  };
}
