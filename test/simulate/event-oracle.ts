/**
 * Event order once more, straight from its text (docs/law.md, "By events"): every synapse a triple in one long list, every
 * spike a record, unbounded integers. Slow, and sharing nothing with the simulator.
 */
import type { Connection, Network } from "../../src/network/network.ts";
import type { SpikeTrain } from "../../src/network/spikes.ts";
import { firingPopulations } from "../network/firing.ts";
import { eventByTheBook } from "./law-oracle.ts";

interface Synapse {
  readonly from: string;
  readonly source: number;
  readonly to: string;
  readonly target: number;
  readonly weight: number;
  readonly delay: number;
}

interface Spike {
  readonly name: string;
  readonly neuron: number;
}

/** One spike of a population: several of a neuron in one comparison stand one after the other. */
export type Emissions = ReadonlyMap<string, readonly (readonly number[])[]>;

/** [source, target, weight] of a flat connection. */
function triples(connection: Connection, sources: number, targets: number): [number, number, number][] {
  const { weights } = connection;
  switch (connection.kind) {
    case "dense":
      return Array.from(weights, (weight, i) => [i % sources, Math.floor(i / sources), weight]);
    case "oneToOne":
      return Array.from({ length: targets }, (_, i) => [
        i,
        i,
        weights[Math.floor((i * weights.length) / targets)],
      ]);
    case "sparse":
      return Array.from(weights, (weight, i) => [
        connection.offsets.findLastIndex((offset) => offset <= i),
        connection.targets[i],
        weight,
      ]);
    case "convolution":
      throw new Error("this oracle has flat connections only");
  }
}

function synapsesOf(network: Network): Synapse[] {
  const sizes = new Map(
    [...network.inputs, ...network.populations].map(({ name, shape }) => [name, shape[0]]),
  );
  return network.projections.flatMap(({ source: from, target: to, delay, connection }) =>
    triples(connection, sizes.get(from)!, sizes.get(to)!).map(([source, target, weight]) => ({
      from,
      source,
      to,
      target,
      weight,
      delay,
    })),
  );
}

/** The spikes of a train one by one, by step; `names` in the order of the network. */
function spikesOfInputs(names: readonly string[], input: SpikeTrain, step: number): Spike[] {
  return names.flatMap((name) => {
    const { offsets, neurons, values } = input.events.get(name)!;
    const spikes: Spike[] = [];
    for (let event = offsets[step]; event < (offsets[step + 1] ?? 0); event++)
      for (let times = values?.[event] ?? 1; times > 0; times--)
        spikes.push({ name, neuron: neurons[event] });
    return spikes;
  });
}

/** Every population acts from its latency on; steps: as many as the run has. */
export function runEventsByTheBook(
  network: Network,
  input: SpikeTrain,
  latency: ReadonlyMap<string, number>,
  steps: number,
): { emissions: Emissions; membranes: ReadonlyMap<string, readonly bigint[]> } {
  const populations = firingPopulations(network);
  const synapses = synapsesOf(network);
  const membranes = new Map(populations.map(({ name, law }) => [name, Array.from(law.vInit, BigInt)]));
  const emissions = new Map(populations.map(({ name }) => [name, [] as number[][]]));
  /** [step] of all spikes there were, in the order of sources. */
  const history: Spike[][] = [];
  const names = network.inputs.map(({ name }) => name);
  const longest = Math.max(0, ...network.projections.map(({ delay }) => delay));

  for (let step = 0; step < steps; step++) {
    const queue: Spike[] = [];
    for (const list of emissions.values()) list.push([]);

    const touch = (name: string, neuron: number, change: bigint | "leak") => {
      const { law } = populations.find((population) => population.name === name)!;
      const [v, spikes] = eventByTheBook(law, neuron, membranes.get(name)![neuron], change);
      membranes.get(name)![neuron] = v;
      for (let spike = 0n; spike < spikes; spike++) {
        emissions.get(name)![step].push(neuron);
        queue.push({ name, neuron });
      }
    };
    const visit = ({ name: from, neuron }: Spike, delay: number) => {
      for (const { name: to, shape } of populations) {
        if (step < latency.get(to)!) continue;
        for (let target = 0; target < shape[0]; target++) {
          const joining = synapses.filter(
            (synapse) =>
              synapse.from === from &&
              synapse.source === neuron &&
              synapse.to === to &&
              synapse.target === target &&
              synapse.delay === delay,
          );
          if (joining.length > 0)
            touch(to, target, BigInt(joining.reduce((sum, { weight }) => sum + weight, 0)));
        }
      }
    };
    const cascade = () => {
      for (let spike = queue.shift(); spike !== undefined; spike = queue.shift()) visit(spike, 0);
    };

    for (const { name, law, shape } of populations) {
      const leaks = law.decayV.kind !== "none" || law.bias.some((bias) => bias !== 0);
      if (leaks && step >= latency.get(name)!)
        for (let neuron = 0; neuron < shape[0]; neuron++) touch(name, neuron, "leak");
    }
    cascade();
    for (let delay = longest; delay > 0; delay--)
      for (const spike of history[step - delay] ?? []) {
        visit(spike, delay);
        cascade();
      }
    const arriving = step < input.steps ? spikesOfInputs(names, input, step) : [];
    for (const spike of arriving) {
      visit(spike, 0);
      cascade();
    }
    const emitted = populations.flatMap(({ name }) =>
      emissions.get(name)![step].map((neuron) => ({ name, neuron })),
    );
    history.push([...arriving, ...emitted]);
  }
  return { emissions, membranes };
}
