/**
 * A tiny independent expectation for small Networks: the neuron law written down once more over plain lists, for dense
 * projections without pools. Spikes of step t arrive at t + delay; charge > threshold fires and resets to 0.
 */

import type { Network } from "../../../src/network/network.ts";
import { firingPopulations } from "../../network/firing.ts";

type Steps = readonly (readonly number[])[];

/** Spikes of every population by step. */
export function expectedSpikes(
  network: Network,
  inputs: Readonly<Record<string, Steps>>,
): Map<string, number[][]> {
  const steps = Object.values(inputs)[0].length;
  const spikes = new Map<string, number[][]>(
    Object.entries(inputs).map(([name, entries]) => [name, entries.map((entry) => [...entry])]),
  );
  for (const { name } of network.populations) spikes.set(name, []);
  const charges = new Map(network.populations.map(({ name, shape }) => [name, new Array(shape[0]).fill(0)]));
  for (let t = 0; t < steps; t++) {
    for (const { name, shape, law } of firingPopulations(network)) {
      const charge = charges.get(name)!;
      for (const { source, target, delay, connection } of network.projections) {
        if (target !== name) continue;
        for (const neuron of spikes.get(source)![t - delay] ?? []) {
          const sources = connection.weights.length / shape[0];
          for (let i = 0; i < shape[0]; i++) charge[i] += connection.weights[i * sources + neuron];
        }
      }
      const fired: number[] = [];
      for (let i = 0; i < shape[0]; i++) {
        if (charge[i] <= law.threshold[i % law.threshold.length]) continue;
        charge[i] = 0;
        fired.push(i);
      }
      spikes.get(name)!.push(fired);
    }
  }
  return spikes;
}
