/**
 * The synapse of the neuron law: how a step's weighted input reaches the membrane, through one trace (CUBA) or two (alpha)
 * that decay at rates of their own (docs/law.md, "One timestep", step 3).
 */
import type { Synapse } from "../network/network.ts";
import { decayOf, roundQuotient } from "./decay.ts";
import { overflow } from "./overflow.ts";
import { perNeuron } from "./per-neuron.ts";
import type { Traces } from "./population-state.ts";

export interface SynapseState extends Traces {
  /** Both traces at 0. */
  reset(): void;
  /** One step of the traces of a neuron, with the step's weighted input. */
  take(input: number, neuron: number): void;
  /** Clears the traces of a neuron: what resetSynapse does. */
  clear(neuron: number): void;
  /** Two traces: the membrane that they make, round(gain (u - h) / 2^gainShift), half away from zero. */
  membraneOf(neuron: number): number;
}

type Tracing = Exclude<Synapse, { kind: "none" }>;
type Step = (state: number, input: number, neuron: number) => number;

/** One step of one trace: D(x) + a, or D(x + a), as its range holds it. */
function traceStep({ synapseOrder, overflowU }: Tracing, decay: Tracing["decayU"], size: number): Step {
  const decayed = decayOf(decay, size) ?? ((state: number) => state);
  const contained = (value: number) => (overflowU === null ? value : overflow(value, overflowU));
  if (synapseOrder === "decayThenAdd")
    return (state, input, neuron) => contained(decayed(state, neuron) + input);
  return (state, input, neuron) => contained(decayed(state + input, neuron));
}

/** null: the population has no traces, and its membranes take the input as it is. */
export function createSynapse(synapse: Synapse, size: number): SynapseState | null {
  if (synapse.kind === "none") return null;
  const u = new Float64Array(size);
  const stepU = traceStep(synapse, synapse.decayU, size);
  if (synapse.kind === "trace") {
    return {
      u,
      h: null,
      reset: () => u.fill(0),
      take(input, neuron) {
        u[neuron] = stepU(u[neuron], input, neuron);
      },
      clear(neuron) {
        u[neuron] = 0;
      },
      membraneOf: (neuron) => u[neuron],
    };
  }
  const h = new Float64Array(size);
  const stepH = traceStep(synapse, synapse.decayH, size);
  const gain = perNeuron(synapse.gain, size);
  const denominator = 2 ** synapse.gainShift;
  return {
    u,
    h,
    reset() {
      u.fill(0);
      h.fill(0);
    },
    take(input, neuron) {
      u[neuron] = stepU(u[neuron], input, neuron);
      h[neuron] = stepH(h[neuron], input, neuron);
    },
    clear(neuron) {
      u[neuron] = 0;
      h[neuron] = 0;
    },
    membraneOf: (neuron) => roundQuotient(gain[neuron] * (u[neuron] - h[neuron]), denominator, "halfAway"),
  };
}
