/**
 * The integrate-and-fire population of the neuron law (docs/law.md), one timestep at a time, in the order that the law
 * states. Numbers are integers below 2^53. A population without traces, refractory steps and delayed resets, compared at
 * the end of its step, needs five lines of the law, and most are of this kind; the others take all of it.
 */
import type { Law } from "../network/network.ts";
import {
  afterSpikes,
  contained,
  createMembraneRules,
  decayed,
  floored,
  type MembraneRules,
  spikesOf,
} from "./membrane.ts";
import type { PopulationState } from "./population-state.ts";
import { createSynapse } from "./synapse.ts";

export { overflow } from "./overflow.ts";

/** What a step is worked out from, and what it leaves. */
interface State {
  readonly rules: MembraneRules;
  readonly membrane: Float64Array;
  /** 2^inputShift. */
  readonly inputScale: number;
}

type Step = PopulationState["step"];

/** Populations of accumulate "event" are event-order.ts's; here every law is stepped. */
export function createIntegrateAndFire(law: Law, size: number): PopulationState {
  const state: State = {
    rules: createMembraneRules(law, size),
    membrane: new Float64Array(size),
    inputScale: 2 ** law.inputShift,
  };
  const plain =
    law.synapse.kind === "none" &&
    law.refractory === 0 &&
    law.resetTiming === "immediate" &&
    law.phase === "post";
  return plain ? createPlain(state) : createWhole(law, state);
}

/** Decay, input and bias; one overflow at the end of the sum; compare; reset; floor. */
function createPlain({ rules, membrane, inputScale }: State): PopulationState {
  const { bias } = rules;
  const step: Step = (currents, emit) => {
    for (let neuron = 0; neuron < membrane.length; neuron++) {
      const sum = decayed(rules, membrane[neuron], neuron) + currents[neuron] * inputScale + bias[neuron];
      let v = contained(rules, sum);
      currents[neuron] = 0;
      const spikes = spikesOf(rules, v, neuron);
      if (spikes > 0) {
        v = afterSpikes(rules, v, spikes, neuron);
        emit(neuron, spikes);
      }
      membrane[neuron] = floored(rules, v, neuron);
    }
  };
  return { membrane, reset: () => membrane.set(rules.vInit), step };
}

function createWhole(law: Law, { rules, membrane, inputScale }: State): PopulationState {
  const size = membrane.length;
  const synapse = createSynapse(law.synapse, size);
  const comparesFirst = law.phase === "pre";
  const delayed = law.resetTiming === "delayed";
  const makesMembrane = law.synapse.kind === "alpha";
  const resetsSynapse = law.synapse.kind !== "none" && law.synapse.resetSynapse;
  /** Refractory steps left, and spikes of the step before. */
  const waiting = new Int32Array(size);
  const before = new Float64Array(size);

  /** v after n spikes, where they act at once. */
  function resetBy(spikes: number, v: number, neuron: number): number {
    if (spikes === 0 || delayed) return v;
    if (resetsSynapse) synapse!.clear(neuron);
    waiting[neuron] = law.refractory;
    return afterSpikes(rules, v, spikes, neuron);
  }

  /** The membrane before it is compared: what is left of v, the input, and the reset that is still due. */
  function integrated(v: number, input: number, neuron: number): number {
    const arriving = synapse === null ? input : synapse.u[neuron];
    const sum = makesMembrane
      ? synapse!.membraneOf(neuron)
      : decayed(rules, v, neuron) + arriving + rules.bias[neuron];
    return contained(rules, delayed ? sum - before[neuron] * rules.amount[neuron] : sum);
  }

  /** Returns the spikes of one neuron. */
  function stepOne(neuron: number, input: number): number {
    const held = waiting[neuron] > 0;
    let v = membrane[neuron];
    let spikes = 0;
    if (comparesFirst && !held) {
      spikes = spikesOf(rules, v, neuron);
      v = resetBy(spikes, v, neuron);
    }
    if (!held || !law.refractoryHoldsSynapse) synapse?.take(input, neuron);
    if (held) {
      waiting[neuron]--;
      v = rules.resetValue[neuron];
    } else {
      v = integrated(v, input, neuron);
      if (!comparesFirst) {
        spikes = spikesOf(rules, v, neuron);
        v = resetBy(spikes, v, neuron);
      }
    }
    membrane[neuron] = floored(rules, v, neuron);
    before[neuron] = spikes;
    return spikes;
  }

  return {
    membrane,
    ...(synapse === null ? {} : { traces: synapse }),
    reset() {
      membrane.set(rules.vInit);
      synapse?.reset();
      waiting.fill(0);
      before.fill(0);
    },
    step(currents, emit) {
      for (let neuron = 0; neuron < size; neuron++) {
        const spikes = stepOne(neuron, currents[neuron] * inputScale);
        currents[neuron] = 0;
        if (spikes > 0) emit(neuron, spikes);
      }
    },
  };
}
