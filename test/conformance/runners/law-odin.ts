/**
 * Suite `neurons/odin`: ODIN's RTL neuron, event by event, under the neuron law: state and spike after every event on the
 * reference's neuron; on an engine, which shows its state once a step, at the end of every step. A step is a leak and the
 * events up to the next one.
 */
import type { Network } from "../../../src/network/network.ts";
import { odin } from "../../../src/network/presets.ts";
import { createEngine, type EngineKind } from "../../../src/simulate/engine.ts";
import { createEventList } from "../../../src/simulate/event-list.ts";
import { createEventPopulation } from "../../../src/simulate/event-population.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import { networkOfOne } from "./law-case.ts";
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

/** Events of each step: those up to a leak. */
function stepsOf({ events }: Case): number[][] {
  const steps: number[][] = [[]];
  events.forEach(([kind], index) => {
    if (kind === 0) steps.push([]);
    else steps[steps.length - 1].push(index);
  });
  return steps;
}

/** One neuron, and an input neuron for every event: they come in their order, each with the weight of its event. */
function networkOf({ thr, leak, events }: Case, timesteps: number): Network {
  const weights = Int32Array.from(events, ([kind, weight]) => (kind === 2 ? -weight : weight));
  return networkOfOne(odin(thr, leak), { kind: "dense", weights }, { kind: "spikes" }, timesteps);
}

function differenceOnEngine(vector: Case, engine: EngineKind): string | null {
  const steps = stepsOf(vector);
  const network = networkOf(vector, steps.length);
  const list = createEventList();
  for (const events of steps) {
    for (const event of events) list.push(event, 1);
    list.endStep();
  }
  const input = { steps: steps.length, events: new Map([["currents", list.toEvents()]]) };
  const { kind, note, run } = createEngine(network, { engine });
  if (kind !== engine) return note;
  const { train, membranes } = run(input, { membranes: new Set(["neurons"]) });
  const { offsets } = train.events.get("neurons")!;
  let last = -1;
  for (const [step, events] of steps.entries()) {
    last += events.length + (step === 0 ? 0 : 1);
    const expected = events.reduce((sum, event) => sum + vector.spk[event], 0);
    const spikes = offsets[step + 1] - offsets[step];
    if (spikes !== expected) return `step ${step}: ${spikes} spikes, expected ${expected}`;
    const [v] = membranes.get("neurons")![step];
    const state = last < 0 ? 0 : vector.state[last];
    if (v !== state) return `step ${step}: membrane ${v}, expected ${state}`;
  }
  return null;
}

export const runOdin: Runner = function* (files, { engine }): Generator<VectorResult> {
  for (const path of files.paths) {
    const { cases }: { cases: Case[] } = JSON.parse(new TextDecoder().decode(files.read(path)));
    for (const [index, vector] of cases.entries()) {
      const difference =
        (engine === "reference" ? differenceOf(vector) : null) ?? differenceOnEngine(vector, engine);
      const name = `case ${index} (threshold ${vector.thr}, leak ${vector.leak})`;
      yield { name, exact: difference === null, difference };
    }
  }
};
