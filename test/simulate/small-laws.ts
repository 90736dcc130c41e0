/** Laws and runs of single populations for tests: one neuron, or a few, with everything said that the test is about. */
import { type Law, plainLaw as lawOfOne } from "../../src/network/network.ts";
import { createIntegrateAndFire } from "../../src/simulate/integrate-and-fire.ts";

/** No leak, v >= 10, one spike a step, reset by subtraction, no limits: what a test then changes. */
export const plainLaw: Law = { ...lawOfOne, threshold: Int32Array.of(10) };

export interface Trace {
  /** [step][neuron] */
  readonly spikes: number[][];
  readonly membranes: number[][];
  /** Traces of synapses: zeros where the law has none. */
  readonly u: number[][];
  readonly h: number[][];
}

/** Runs a population from vInit on the given currents, [step][neuron]. */
export function traceOf(law: Law, currents: readonly (readonly number[])[]): Trace {
  const size = currents[0].length;
  const population = createIntegrateAndFire(law, size);
  population.reset();
  const spikes: number[][] = [];
  const membranes: number[][] = [];
  const [u, h]: [number[][], number[][]] = [[], []];
  const silent = new Float64Array(size);
  for (const step of currents) {
    const fired = new Array<number>(size).fill(0);
    population.step(Float64Array.from(step), (neuron, count) => {
      fired[neuron] = count;
    });
    spikes.push(fired);
    membranes.push([...population.membrane]);
    u.push([...(population.traces?.u ?? silent)]);
    h.push([...(population.traces?.h ?? silent)]);
  }
  return { spikes, membranes, u, h };
}

/** The trace of a single neuron: [step] of spikes and membranes. */
export function traceOfOne(law: Law, currents: readonly number[]): { spikes: number[]; membranes: number[] } {
  const { spikes, membranes } = traceOf(
    law,
    currents.map((current) => [current]),
  );
  return { spikes: spikes.flat(), membranes: membranes.flat() };
}
