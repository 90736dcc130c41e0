/** What a stream is, and the events of a single step as it is given them and gives them back. */
import { type Network, sizeOf } from "../network/network.ts";
import type { Events } from "../network/spikes.ts";

/** What one source sent in a step: neurons ascending (or in the order of emission), and what each sent; null: one spike each. */
export type Sent = Pick<Events, "neurons" | "values">;

export interface Stream {
  /** Why it is the reference interpreter that runs, or null. */
  readonly note: string | null;
  /** Steps so far. */
  steps(): number;
  /**
   * One step. neurons: those of the network's input that spike, ascending; values: of an input of currents, one each.
   * Returns what the readout population sends in this step.
   */
  push(neurons: Uint32Array, values?: Int32Array): Sent;
  /** What another population sent in the step just taken. */
  spikes(population: string): Sent;
  /** Membranes of a population after the step just taken. */
  membranes(population: string): Float64Array;
  /** Back to the start. */
  reset(): void;
}

export const silence: Sent = { neurons: new Uint32Array(0), values: null };

export function oneStep(neurons: Uint32Array, values: Int32Array | null = null): Events {
  return { offsets: Uint32Array.of(0, neurons.length), neurons, values };
}

/** Events of the always-on inputs: the same in every step. */
export function alwaysOn(network: Network): Map<string, Events> {
  const always = network.inputs.filter(({ encoder }) => encoder.kind === "always");
  return new Map(
    always.map(({ name, shape }) => [
      name,
      oneStep(Uint32Array.from({ length: sizeOf(shape) }, (_, i) => i)),
    ]),
  );
}
