/**
 * How far membranes go: the lowest and highest value that each population's membranes take in a step, before the compare and
 * before anything is cut to a width. It is what a chip's state register must hold. Populations that compare after every
 * event are seen at the ends of steps.
 */
import { isIntegrateAndFire, type Law, type Network, parameterIndex } from "../network/network.ts";
import type { Run } from "./reference.ts";
import { createReplays, heardOf, type StepWatch } from "./replay.ts";

export interface MembranePeak {
  readonly low: number;
  readonly high: number;
}

export interface MembranePeaks {
  /** Populations whose membranes the runs must record: those that cannot be replayed. */
  readonly recorded: ReadonlySet<string>;
  /** A run of one sample. */
  add(run: Run): void;
  /** By population; those without a membrane under the neuron law are left out. */
  peaks(): Map<string, MembranePeak>;
}

interface Range {
  low: number;
  high: number;
}

function widen(range: Range, value: number): void {
  if (value < range.low) range.low = value;
  if (value > range.high) range.high = value;
}

/** Whether v is the old membrane plus currents and bias: then the value before the compare is known without the law. */
function plainlyAdds({ synapse, decayV, inputShift, refractory, accumulate, phase }: Law): boolean {
  return (
    synapse.kind === "none" &&
    decayV.kind === "none" &&
    inputShift === 0 &&
    refractory === 0 &&
    accumulate === "step" &&
    phase === "post"
  );
}

/** Other laws are seen at the ends of their steps. */
function watchOf(law: Law, range: Range): StepWatch {
  const plain = plainlyAdds(law);
  return (currents, membrane) => {
    for (let neuron = 0; neuron < membrane.length; neuron++) {
      widen(range, membrane[neuron]);
      if (!plain) continue;
      const bias = law.bias[parameterIndex(neuron, membrane.length, law.bias.length)];
      widen(range, membrane[neuron] + currents[neuron] + bias);
    }
  };
}

export function createMembranePeaks(network: Network): MembranePeaks {
  const replays = createReplays(network);
  const watched = network.populations.filter(isIntegrateAndFire).map(({ name, law }) => {
    const range: Range = { low: 0, high: 0 };
    return { name, range, replay: replays.get(name), watch: watchOf(law, range) };
  });
  const recorded = watched.filter(({ replay }) => replay === undefined).map(({ name }) => name);
  return {
    recorded: new Set(recorded),
    add({ train, membranes }) {
      const heard = heardOf(network, train.events);
      for (const { name, replay, watch, range } of watched) {
        const ends = replay ? [replay.run(heard, watch).membrane] : membranes.get(name)!;
        for (const end of ends) for (const value of end) widen(range, value);
      }
    },
    peaks: () => new Map(watched.map(({ name, range }) => [name, { ...range }])),
  };
}
