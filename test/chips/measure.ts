/** A sample network on a synthetic chip: accuracies on all its test images, and what the chip's rules cost. */
import { evaluate } from "../../src/graph/evaluate.ts";
import type { Graph } from "../../src/graph/graph.ts";
import { type CostOfRules, costOfRules } from "../../src/lower/cost-of-rules.ts";
import { lower } from "../../src/lower/lower.ts";
import type { CalibrationInputs, LoweringOptions } from "../../src/lower/options.ts";
import { classify } from "../../src/simulate/classify.ts";
import { createEngine } from "../../src/simulate/engine.ts";
import type { NumericRules } from "../../src/target/rules.ts";

export interface ChipTask {
  readonly graph: Graph;
  readonly calibration: CalibrationInputs;
  /** Test inputs, [samples, ...shape], in the network's units. */
  readonly samples: Float32Array;
  readonly labels: ArrayLike<number>;
}

export interface ChipResult {
  /** Percent right on the test images. */
  readonly original: number;
  readonly accuracy: number;
  readonly cost: CostOfRules;
}

function percentRight(labels: ArrayLike<number>, readingOf: (sample: number) => ArrayLike<number>): number {
  let right = 0;
  for (let i = 0; i < labels.length; i++) if (classify(readingOf(i), null).label === labels[i]) right++;
  return (100 * right) / labels.length;
}

export function measureOnChip(task: ChipTask, rules: NumericRules, timesteps: number): ChipResult {
  const { graph, calibration, samples, labels } = task;
  const options: LoweringOptions = {
    timesteps,
    weightBits: 8,
    input: null,
    readout: null,
    seed: 0,
    rules,
    calibration,
    provenance: { version: "test", modelHash: "", calibrationHash: "", options: [] },
  };
  const { network } = lower(graph, options);
  const engine = createEngine(network);
  const logits = evaluate(graph, samples, labels.length).get(graph.output)!;
  const classes = logits.length / labels.length;
  const size = samples.length / labels.length;
  return {
    original: percentRight(labels, (i) => logits.subarray(i * classes, (i + 1) * classes)),
    accuracy: percentRight(
      labels,
      (i) => engine.runSample(samples.subarray(i * size, (i + 1) * size)).readings[0],
    ),
    cost: costOfRules(graph, options, network),
  };
}
