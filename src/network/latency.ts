/**
 * Latency: how many steps a sample takes from the input to each population. Bias and vInit act from step latency(p), and
 * readings count from there (docs/architecture.md, "Time").
 */
import { SpikecError } from "../errors/error.ts";
import type { Network, Projection } from "./network.ts";

/** When something reaches a population, and along which projection: the projection is kept for the error message. */
interface Arrival {
  readonly step: number;
  readonly along: Projection;
}

/**
 * Steps from the inputs to every population; inputs are 0. Only paths that carry the sample count: `always` inputs fire at
 * every step of the input window, and their projections are delayed to match the layer they feed. They decide only where
 * nothing else arrives. A projection from a population to itself or to an earlier one is feedback and does not count
 * either. A population that nothing reaches has latency 0. Throws SPK-0706 naming the population where paths differ.
 */
export function latencies(network: Network): Map<string, number> {
  const steps = new Map(network.inputs.map((input) => [input.name, 0]));
  const carriesSample = new Map(network.inputs.map((input) => [input.name, input.encoder.kind !== "always"]));
  const incoming = new Map<string, Projection[]>(network.populations.map(({ name }) => [name, []]));
  for (const projection of network.projections) incoming.get(projection.target)?.push(projection);
  for (const { name } of network.populations) {
    // Sources without a latency stand later in the order: feedback.
    const forward = (incoming.get(name) ?? []).filter((projection) => steps.has(projection.source));
    const sampled = forward.filter((projection) => carriesSample.get(projection.source));
    const counted = sampled.length > 0 ? sampled : forward;
    const arrivals = counted.map((along) => ({ step: steps.get(along.source)! + chipDelay(along), along }));
    steps.set(name, commonStep(name, arrivals));
    carriesSample.set(name, sampled.length > 0);
  }
  return steps;
}

/** Steps of a projection's delay that are a chip's, not the network's own. */
export function chipDelay({ delay, modelDelay = 0 }: Projection): number {
  return delay - modelDelay;
}

/** Steps that one sample runs: T + latency(readout). */
export function runLength(network: Network): number {
  return network.timesteps + (latencies(network).get(network.readout.population) ?? 0);
}

function commonStep(population: string, arrivals: readonly Arrival[]): number {
  const [first] = arrivals;
  const other = arrivals.find((arrival) => arrival.step !== first.step);
  if (other !== undefined) {
    const paths = [first, other].map(({ step, along }) => `${step} steps through '${along.source}'`);
    throw new SpikecError("SPK-0706", `the paths to '${population}' take ${paths.join(" and ")}`, {
      where: `population '${population}'`,
    });
  }
  return first?.step ?? 0;
}
