/**
 * What a chip's rules cost in points: the network is lowered again with one missing ability given back, and both are asked
 * for the classes of the calibration inputs. No label is needed: what counts is the class that the float network gives.
 */
import { SpikecError } from "../errors/error.ts";
import { evaluate } from "../graph/evaluate.ts";
import { type Graph, sizeOf } from "../graph/graph.ts";
import type { Network } from "../network/network.ts";
import { classify } from "../simulate/classify.ts";
import { createEngine } from "../simulate/engine.ts";
import { givenUp } from "./given-up.ts";
import { lower } from "./lower.ts";
import type { CalibrationInputs, LoweringOptions } from "./options.ts";

/** Calibration samples that are classified. */
const asked = 500;

export interface Cost {
  readonly what: string;
  readonly instead: string;
  /**
   * Percentage points of calibration inputs that would get the float network's class with the ability, and do not without.
   * null: a chip with this ability and the others' lacks runs no such network, so that there is nothing to compare.
   */
  readonly points: number | null;
}

export interface CostOfRules {
  readonly samples: number;
  /** Share of calibration inputs that get the class of the float network, 0..1. */
  readonly agreement: number;
  readonly costs: readonly Cost[];
}

function sampleAt({ values, samples }: CalibrationInputs, index: number): ArrayLike<number> {
  const size = values.length / samples;
  return values.subarray(index * size, (index + 1) * size);
}

function floatClasses(graph: Graph, calibration: CalibrationInputs, count: number): Int32Array {
  const [input] = graph.nodes;
  const values = calibration.values.subarray(0, count * sizeOf(input.shape));
  const logits = evaluate(graph, values, count).get(graph.output)!;
  const classes = logits.length / count;
  return Int32Array.from({ length: count }, (_, i) =>
    classOf(logits.subarray(i * classes, (i + 1) * classes), 0),
  );
}

/** The largest; a single one is a yes or no at `boundary`. */
function classOf(reading: ArrayLike<number>, boundary: number): number {
  return reading.length === 1 ? Number(reading[0] > boundary) : classify(reading, null).label;
}

function agreementOf(network: Network, calibration: CalibrationInputs, expected: Int32Array): number {
  const engine = createEngine(network);
  const { scale, offset } = network.readout;
  let same = 0;
  expected.forEach((label, i) => {
    const { readings } = engine.runSample(sampleAt(calibration, i));
    if (classOf(readings[0], -offset / scale) === label) same++;
  });
  return same / expected.length;
}

/** The network for rules that nobody made a chip for; null where it cannot meet them. */
function lowerWhereItGoes(graph: Graph, options: LoweringOptions): Network | null {
  try {
    return lower(graph, options).network;
  } catch (error) {
    if (error instanceof SpikecError && error.code === "SPK-0304") return null;
    throw error;
  }
}

/** network: as lowered with the options. onLowered: called after each further conversion. */
export function costOfRules(
  graph: Graph,
  options: LoweringOptions,
  network: Network,
  onLowered: (done: number, total: number) => void = () => {},
): CostOfRules {
  const { calibration } = options;
  const count = Math.min(asked, calibration.samples);
  const expected = floatClasses(graph, calibration, count);
  const agreement = agreementOf(network, calibration, expected);
  const missing = givenUp(options.rules, graph);
  const costs = missing.map(({ what, instead, restored }, index) => {
    const better = lowerWhereItGoes(graph, { ...options, rules: restored });
    onLowered(index + 1, missing.length);
    const gained = better === null ? null : agreementOf(better, calibration, expected) - agreement;
    return { what, instead, points: gained === null ? null : 100 * gained };
  });
  return { samples: count, agreement, costs };
}
