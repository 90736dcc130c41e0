/**
 * What a network's runs come to in operations: counts under NeuroBench's names, and the energy and time that a chip's makers
 * published for such operations, or the user gave. Nothing published: no number.
 */
import type { Network } from "../../network/network.ts";
import type { SpikeTrain } from "../../network/spikes.ts";
import type { Estimate } from "../../report/html/report-data.ts";
import { createNeuroBench, type NeuroBenchCounts } from "../../simulate/metrics/neurobench.ts";
import { estimateOf } from "../../survey/estimate-of.ts";
import type { Chip } from "../../target/target.ts";
import { percentText, proseText } from "../text.ts";

export interface CountedRuns {
  /** Samples that were counted. */
  readonly samples: number;
  readonly neurobench: NeuroBenchCounts;
  /** Spikes a sample of inputs and populations. */
  readonly spikes: number;
}

export interface OperationCounter {
  add(train: SpikeTrain): void;
  counted(): CountedRuns;
}

export function createOperationCounter(network: Network): OperationCounter {
  const bench = createNeuroBench(network);
  const analog = new Set(
    network.inputs
      .filter(({ encoder }) => encoder.kind === "analog" || encoder.kind === "current")
      .map(({ name }) => name),
  );
  let samples = 0;
  let spikes = 0;
  return {
    add(train) {
      samples++;
      bench.add(train);
      for (const [name, { neurons, values }] of train.events) {
        if (analog.has(name)) continue;
        spikes += values === null ? neurons.length : values.reduce((sum, value) => sum + Math.abs(value), 0);
      }
    },
    counted: () => ({ samples, neurobench: bench.counts(), spikes: spikes / Math.max(1, samples) }),
  };
}

/** Energy of a sample in picojoules: the sum of what is published of its operations; null where nothing is. */
export interface Energy extends Estimate {
  readonly picojoules: number | null;
}

/** picojoulesPerSynop: the user's own number, in place of what is published; null: none was given. */
export function energyOf(
  chip: Chip,
  network: Network,
  synops: number,
  { spikes }: CountedRuns,
  picojoulesPerSynop: number | null,
): Energy | null {
  const estimate =
    picojoulesPerSynop === null
      ? estimateOf(chip, network, { synops, spikes })
      : {
          target: chip.name,
          rows: [
            { what: "synaptic operation", count: synops, picojoules: picojoulesPerSynop, nanoseconds: null },
          ],
          from: "--pj-per-synop",
          caveat:
            "A number of the user's; neurons, routing, memory and idling count only as far as it includes them.",
        };
  if (estimate === null) return null;
  const priced = estimate.rows.filter(({ picojoules }) => picojoules !== null);
  const total = priced.reduce((sum, { count, picojoules }) => sum + count * picojoules!, 0);
  return { ...estimate, picojoules: priced.length === 0 ? null : total };
}

function energyAmount(picojoules: number): string {
  const [unit, size] = picojoules < 1e3 ? ["pJ", 1] : picojoules < 1e6 ? ["nJ", 1e3] : ["uJ", 1e6];
  return `${(picojoules / (size as number)).toPrecision(3)} ${unit}`;
}

export function energyText(chip: Chip, energy: Energy | null): string {
  if (energy === null)
    return proseText(
      `energy: nothing is published of single operations of ${chip.name}; --pj-per-synop NUMBER estimates with a number of yours`,
    );
  const terms = energy.rows.map(({ what, count, picojoules, nanoseconds }) => {
    const costs = [
      picojoules === null ? [] : [`${picojoules} pJ`],
      nanoseconds === null ? [] : [`${nanoseconds} ns`],
    ];
    return `${Math.round(count)} x ${what}${costs.flat().length === 0 ? "" : ` at ${costs.flat().join(", ")}`}`;
  });
  const total = energy.picojoules === null ? "" : `${energyAmount(energy.picojoules)} a sample: `;
  return proseText(`energy: ${total}${terms.join("; ")}. From ${energy.from}. ${energy.caveat}`);
}

export function neurobenchText({ neurobench, samples }: CountedRuns): string {
  const { Footprint, ConnectionSparsity, ActivationSparsity, SynapticOperations } = neurobench;
  const { Effective_MACs, Effective_ACs, Dense } = SynapticOperations;
  const operations = [Effective_MACs, Effective_ACs, Dense].map((count) => Math.round(count));
  return proseText(
    `NeuroBench (${samples} samples): Footprint ${Footprint} bytes, ConnectionSparsity ${percentText(ConnectionSparsity)}, ActivationSparsity ${percentText(ActivationSparsity)}, Effective_MACs ${operations[0]}, Effective_ACs ${operations[1]}, Dense ${operations[2]} a sample`,
  );
}
