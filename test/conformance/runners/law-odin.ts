/** Suite `neurons/odin`: ODIN's RTL neuron, event by event, under the neuron law: state and spike after every event. */
import { odin } from "../../../src/network/presets.ts";
import { createEventPopulation } from "../../../src/simulate/event-population.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import type { Runner } from "./runner.ts";

interface Case {
  readonly thr: number;
  readonly leak: number;
  /** [kind, weight]; kind 0: leak, 1: exciting, 2: inhibiting. */
  readonly events: readonly (readonly [kind: 0 | 1 | 2, weight: number])[];
  readonly spk: readonly number[];
  readonly state: readonly number[];
}

function differenceOf({ thr, leak, events, spk, state }: Case): string | null {
  const { membrane, reset, receive, leak: leaked } = createEventPopulation(odin(thr, leak), 1);
  reset();
  for (const [index, [kind, weight]] of events.entries()) {
    const spikes = kind === 0 ? leaked(0) : receive(0, kind === 1 ? weight : -weight);
    if (spikes !== spk[index]) return `event ${index}: ${spikes} spikes, expected ${spk[index]}`;
    if (membrane[0] !== state[index])
      return `event ${index}: membrane ${membrane[0]}, expected ${state[index]}`;
  }
  return null;
}

export const runOdin: Runner = function* (files): Generator<VectorResult> {
  for (const path of files.paths) {
    const { cases }: { cases: Case[] } = JSON.parse(new TextDecoder().decode(files.read(path)));
    for (const [index, vector] of cases.entries()) {
      const difference = differenceOf(vector);
      const name = `case ${index} (threshold ${vector.thr}, leak ${vector.leak})`;
      yield { name, exact: difference === null, difference };
    }
  }
};
