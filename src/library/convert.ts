/** A trained network becomes integers for a chip: the lowering with its defaults, as the command line has them. */
import type { FloatArray, Graph } from "../graph/graph.ts";
import { lower } from "../lower/lower.ts";
import type { InputKind, LoweringResult, ReadoutKind } from "../lower/options.ts";
import type { RecipeOptions } from "../lower/recipe.ts";
import type { Target } from "../target/target.ts";
import { version } from "./version.ts";

/** What a conversion may be told; everything but the target has a default. */
export interface ConvertOptions {
  /** The chip whose numeric rules the integers obey. */
  readonly target: Target;
  /** T: steps for which input is applied, 1 or more. Default 16. */
  readonly timesteps?: number;
  /**
   * Unlabelled inputs of the kind that the network will see, [samples, ...input shape] in the units of its training
   * (x / 255, say). 100 to 1000 are enough. Without them thresholds come from weight bounds, and several times the
   * timesteps are needed.
   */
  readonly calibration?: { readonly values: FloatArray; readonly samples: number };
  /** The inputs are integers over this number (255 for bytes of an image); null, the default: they are floats. */
  readonly inputScale?: number | null;
  /** Bits of a weight, 2 to 16; the chip's own where smaller. Default 8. */
  readonly weightBits?: number;
  /** Input encoder; default: the best that the chip has. */
  readonly input?: InputKind | null;
  /** What is read; default: the best that the chip shows. */
  readonly readout?: ReadoutKind | null;
  /** Of the poisson encoder. Default 0. */
  readonly seed?: number;
  /** How thresholds, membranes and biases are chosen (docs/conversion.md). */
  readonly recipe?: RecipeOptions;
}

function provenanceOf({
  target,
  timesteps = 16,
  weightBits = 8,
  inputScale = null,
  seed = 0,
}: ConvertOptions) {
  const options = { inputScale: inputScale ?? 1, seed, target: target.name, timesteps, weights: weightBits };
  const pairs = Object.entries(options).map(([name, value]): [string, string] => [name, String(value)]);
  return { version, modelHash: "", calibrationHash: "", options: pairs };
}

/**
 * Lowers a Graph to a Network of integers: ReLU layers become populations of integrate-and-fire neurons, everything linear
 * goes into their weights (docs/conversion.md has the formulas and their sources). Nothing is retrained. The result holds the
 * network and, layer by layer, how well its rates follow the activations on the calibration inputs and what was chosen.
 *
 * @throws SpikecError SPK-03xx: what cannot be lowered, unusable calibration inputs, rules of the chip that cannot be met.
 */
export function convert(graph: Graph, options: ConvertOptions): LoweringResult {
  const { target, timesteps = 16, weightBits = 8, input = null, readout = null, seed = 0 } = options;
  const { calibration = { values: new Float32Array(0), samples: 0 }, inputScale = null, recipe } = options;
  return lower(graph, {
    timesteps,
    weightBits,
    input,
    readout,
    seed,
    ...(recipe === undefined ? {} : { recipe }),
    rules: target.chip.rules,
    calibration: { ...calibration, inputScale },
    provenance: provenanceOf(options),
  });
}
