/**
 * What a law uses beyond a plain integrate-and-fire neuron, in words: for chips and engines that have only part of it.
 */
import type { Decay, Law } from "./law.ts";

/** Chips and engines that shift all neurons of a population alike do not have these. */
const shiftsDiffer = (decay: Decay) => decay.kind === "shift" && decay.shifts !== undefined;

/** One phrase for each feature in use: traces, shifts, refractory steps, other orders and resets. Empty for a plain neuron. */
export function beyondPlain(law: Law): string[] {
  const { reset, floor } = law;
  const several = (values: Int32Array) => values.some((value) => value !== values[0]);
  return [
    law.synapse.kind === "none" ? null : `synapse ${law.synapse.kind}`,
    shiftsDiffer(law.decayV) ? "a shift of decay for each neuron" : null,
    law.inputShift === 0 ? null : `inputShift ${law.inputShift}`,
    reset.kind === "subtract" && reset.amount !== null ? "a reset amount other than the threshold" : null,
    reset.kind === "zero" && several(reset.value) ? "a reset value for each neuron" : null,
    floor !== null && several(floor.value) ? "a floor for each neuron" : null,
    law.resetTiming === "immediate" ? null : "a delayed reset",
    law.refractory === 0 ? null : `refractory ${law.refractory}`,
    law.phase === "post" ? null : "compare before the step",
    law.accumulate === "step" ? null : "compare after every event",
  ].filter((what) => what !== null);
}
