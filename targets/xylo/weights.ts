/**
 * The weights of a core: three matrices, one a stage, in which parallel connections add up. Each stage has one shift, the smallest
 * that its populations have; where a population has more, the rest goes into its weights.
 */
import type { Network, Projection } from "../../src/network/network.ts";
import { afferentsOf } from "../../src/target/synapses.ts";
import type { FitReason } from "../../src/target/target.ts";
import { type Allocation, always, relayName, sizeOfParts } from "./allocate.ts";
import type { WeightShifts, XyloSynapse } from "./configuration.ts";

const weightRange = { low: -128, high: 127 };

type Stage = keyof WeightShifts;

/** The stage of weights that a projection belongs to. */
function stageOf({ source, target }: Projection, { stages }: Allocation): Stage {
  if (stages.get(target) === "output") return "output";
  return stages.has(source) ? "hidden" : "input";
}

/** shiftOf: inputShift of a population. */
export function shiftsOf(
  network: Network,
  shiftOf: (population: string) => number,
  allocation: Allocation,
): WeightShifts {
  const smallest = (stage: Stage) => {
    const shifts = network.projections
      .filter((projection) => stageOf(projection, allocation) === stage)
      .map(({ target }) => shiftOf(target));
    return shifts.length === 0 ? 0 : Math.min(...shifts);
  };
  return { input: smallest("input"), hidden: smallest("hidden"), output: smallest("output") };
}

type Rows = XyloSynapse[][];

export interface StageWeights {
  /** By source. */
  readonly rows: Readonly<Record<Stage, Rows>>;
  /** Weights that 8 bits do not hold. */
  readonly reasons: readonly FitReason[];
}

/** First channel or hidden neuron of a projection's source. Always-on inputs of one delay share channels, neuron by neuron. */
function firstSource(
  { source, target, delay }: Projection,
  network: Network,
  { first, channels, stages }: Allocation,
): number {
  if (stages.has(source)) return first.get(source)!;
  const isAlways = network.inputs.find(({ name }) => name === source)!.encoder.kind === "always";
  if (isAlways && stages.get(target) === "output") return first.get(relayName(delay))!;
  const name = isAlways ? always : source;
  return channels.find((part) => part.source === name && part.delay === delay && !part.relay)!.first;
}

/** [source][target] */
interface Matrix {
  readonly targets: number;
  readonly sums: Float64Array;
}

function emptyMatrices({ hidden, outputs, channels }: Allocation): Readonly<Record<Stage, Matrix>> {
  const [neurons, ends] = [sizeOfParts(hidden), sizeOfParts(outputs)];
  const matrix = (sources: number, targets: number) => ({
    targets,
    sums: new Float64Array(sources * targets),
  });
  return {
    input: matrix(sizeOfParts(channels), neurons),
    hidden: matrix(neurons, neurons),
    output: matrix(neurons, ends),
  };
}

function rowsOf({ targets, sums }: Matrix): Rows {
  const rows: Rows = Array.from({ length: targets === 0 ? 0 : sums.length / targets }, () => []);
  sums.forEach((weight, at) => {
    if (weight !== 0) rows[Math.floor(at / targets)].push({ target: at % targets, state: 0, weight });
  });
  return rows;
}

/** All synapses. */
export function stageWeights(
  network: Network,
  allocation: Allocation,
  shifts: WeightShifts,
  shiftOf: (population: string) => number,
): StageWeights {
  const matrices = emptyMatrices(allocation);
  const worst = new Map<string, number>();
  for (const projection of network.projections) {
    const { name, target: into } = projection;
    const stage = stageOf(projection, allocation);
    const first = firstSource(projection, network, allocation);
    const { sums, targets } = matrices[stage];
    const onto = allocation.first.get(into)!;
    const rest = 2 ** (shiftOf(into) - shifts[stage]);
    for (const { target, sources, weights } of afferentsOf(projection, network))
      sources.forEach((source, k) => {
        const at = (first + source) * targets + onto + target;
        sums[at] += weights[k] * rest;
        const outside = sums[at] < weightRange.low || sums[at] > weightRange.high;
        if (outside && Math.abs(sums[at]) > Math.abs(worst.get(name) ?? 0)) worst.set(name, sums[at]);
      });
  }
  return {
    rows: { input: rowsOf(matrices.input), hidden: rowsOf(matrices.hidden), output: rowsOf(matrices.output) },
    reasons: [...worst].map(([layer, need]) => weightReason(layer, need)),
  };
}

function weightReason(layer: string, need: number): FitReason {
  const negative = need < 0;
  return {
    layer,
    resource: negative ? "size of a negative weight" : "weight",
    need: Math.abs(need),
    limit: negative ? -weightRange.low : weightRange.high,
    help: "convert the model for this target; parallel connections and the shifts of layers that share a stage add up",
  };
}
