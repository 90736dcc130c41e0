/**
 * The check that a Network holds together: names, shapes, parameter lengths, order. Files and lowering passes are checked
 * by the same function, so that simulator, placement and reports may trust what they are given.
 */
import { SpikecError } from "../errors/error.ts";
import { checkEventOrder } from "./check-events.ts";
import { checkInput, checkPopulation } from "./check-parts.ts";
import { checkProjection } from "./check-projection.ts";
import { type Network, neverFires, type Population, sizeOf } from "./network.ts";

/** A file of some bytes can declare any number of neurons; what is beyond these could not be simulated anyway. */
export const limits = { neurons: 2 ** 24, timesteps: 2 ** 20, delay: 2 ** 16 } as const;

/**
 * Throws SPK-0704 naming the layer for a network that contradicts itself, SPK-0705 for one beyond all bounds, SPK-0707 for
 * one of two orders.
 */
export function checkNetwork(network: Network): void {
  checkNames(network);
  checkTimesteps(network.timesteps);
  for (const input of network.inputs) checkInput(input);
  for (const population of network.populations) checkPopulation(population);
  checkEventOrder(network);
  checkSize(network);
  const shapes = new Map([...network.inputs, ...network.populations].map(({ name, shape }) => [name, shape]));
  const populations = new Map(network.populations.map((population) => [population.name, population]));
  for (const projection of network.projections) checkProjection(projection, shapes, populations);
  checkOrder(network);
  checkReadout(network, populations);
}

/** Inputs and populations share one space of names, because spikes are filed under them. */
function checkNames(network: Network): void {
  const layers = [...network.inputs, ...network.populations].map(({ name }) => name);
  const projections = network.projections.map(({ name }) => name);
  for (const [what, names] of [
    ["inputs and populations", layers],
    ["projections", projections],
  ] as const) {
    if (names.includes("")) throw new SpikecError("SPK-0704", `one of the ${what} has no name`);
    const seen = new Set<string>();
    for (const name of names) {
      if (seen.has(name)) throw new SpikecError("SPK-0704", `two of the ${what} are named '${name}'`);
      seen.add(name);
    }
  }
  const carriers = network.inputs.filter(({ encoder }) => encoder.kind !== "always").map(({ name }) => name);
  if (carriers.length !== 1) {
    const found = carriers.length === 0 ? "none does" : `these do: ${carriers.join(", ")}`;
    throw new SpikecError("SPK-0704", `exactly one input carries the sample, and ${found}`);
  }
}

function checkTimesteps(timesteps: number): void {
  if (!Number.isInteger(timesteps) || timesteps < 1) {
    throw new SpikecError("SPK-0704", `the number of timesteps is ${timesteps}; it must be 1 or more`);
  }
  if (timesteps > limits.timesteps) {
    throw new SpikecError("SPK-0705", `${timesteps} timesteps; the most is ${limits.timesteps}`);
  }
}

function checkSize(network: Network): void {
  const neurons = [...network.inputs, ...network.populations].reduce(
    (sum, { shape }) => sum + sizeOf(shape),
    0,
  );
  if (neurons > limits.neurons) {
    throw new SpikecError("SPK-0705", `${neurons} neurons; the most is ${limits.neurons}`);
  }
  const slow = network.projections.find(({ delay }) => delay > limits.delay);
  if (slow !== undefined) {
    throw new SpikecError("SPK-0705", `a delay of ${slow.delay} steps; the most is ${limits.delay}`, {
      where: `projection '${slow.name}'`,
    });
  }
}

/** Without delay, a spike acts in the same step: its source must have been computed before. */
function checkOrder(network: Network): void {
  const position = new Map(network.populations.map(({ name }, index) => [name, index]));
  const backward = network.projections.find(
    ({ source, target, delay }) => delay === 0 && (position.get(source) ?? -1) >= position.get(target)!,
  );
  if (backward === undefined) return;
  const { name, source, target } = backward;
  const cyclic = populationsInCycles(network).has(target);
  const what = cyclic
    ? `'${source}' feeds '${target}' without delay, and edges of delay 0 lead back: a cycle`
    : `'${source}' feeds '${target}' without delay, but stands after it in the list of populations`;
  throw new SpikecError("SPK-0704", what, { where: `projection '${name}'` });
}

/** Populations that edges of delay 0 lead back to: those left when sources without open inputs are taken away in turn. */
function populationsInCycles(network: Network): Set<string> {
  const left = new Set(network.populations.map(({ name }) => name));
  const edges = network.projections.filter(({ source, delay }) => delay === 0 && left.has(source));
  const outgoing = new Map<string, string[]>([...left].map((name) => [name, []]));
  const open = new Map<string, number>([...left].map((name) => [name, 0]));
  for (const { source, target } of edges) {
    outgoing.get(source)!.push(target);
    open.set(target, open.get(target)! + 1);
  }
  const ready = [...left].filter((name) => open.get(name) === 0);
  for (let name = ready.pop(); name !== undefined; name = ready.pop()) {
    left.delete(name);
    for (const target of outgoing.get(name)!) {
      open.set(target, open.get(target)! - 1);
      if (open.get(target) === 0) ready.push(target);
    }
  }
  return left;
}

function checkReadout(network: Network, populations: ReadonlyMap<string, Population>): void {
  const { population, read, scale, offset } = network.readout;
  const where = "readout";
  const source = populations.get(population);
  if (source === undefined) {
    throw new SpikecError("SPK-0704", `it reads '${population}', and there is no such population`, { where });
  }
  if (read !== "membrane" && neverFires(source)) {
    throw new SpikecError("SPK-0704", `it reads spikes of '${population}', which never spikes`, { where });
  }
  if (!Number.isFinite(scale) || !Number.isFinite(offset)) {
    throw new SpikecError("SPK-0704", `its scale ${scale} and offset ${offset} must be finite`, { where });
  }
}
