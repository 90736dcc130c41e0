/** What a conversion is asked for, and what it reports back; plain data shared by the lowering passes. */
import type { FloatArray, Note } from "../graph/graph.ts";
import type { Network } from "../network/network.ts";
import type { NumericRules } from "../target/rules.ts";
import type { LayerExplanation } from "./explanation.ts";
import type { RecipeOptions } from "./recipe.ts";

export type InputKind = "analog" | "rate" | "poisson" | "latency";

/** count+v: counts, and of equal ones the class with the larger membrane. */
export type ReadoutKind = "membrane" | "count" | "count+v";

/** Unlabelled inputs of the kind that the network will see, in network-input units: file value / input scale. */
export interface CalibrationInputs {
  /** [samples, ...input shape] */
  readonly values: FloatArray;
  readonly samples: number;
  /** Steps of the file's integers per unit of network input (255 for images of bytes); null for float files. */
  readonly inputScale: number | null;
}

export interface LoweringOptions {
  readonly timesteps: number;
  /** Bits of a weight; the chip's own where smaller. */
  readonly weightBits: number;
  /** null: the best that the chip has. */
  readonly input: InputKind | null;
  readonly readout: ReadoutKind | null;
  readonly seed: number;
  /** What a ReLU becomes. Default: integrateAndFire. */
  readonly neurons?: "integrateAndFire" | "sigmaDelta";
  /** Default: what `completeRecipe` chooses for the target. */
  readonly recipe?: RecipeOptions;
  readonly rules: NumericRules;
  readonly calibration: CalibrationInputs;
  readonly provenance: Network["provenance"];
  /** Called before each layer. */
  readonly onLayer?: (layer: string, index: number, layers: number) => void;
}

/** How faithfully one layer was converted, on the calibration inputs. */
export interface LayerReport {
  readonly name: string;
  readonly neurons: number;
  /** Root mean square of (activation - spikeValue rate) over that of the activation. */
  readonly rateError: number;
  /** Spikes a neuron and step. */
  readonly rate: number;
  /** Share of neurons that never fired. */
  readonly deadFraction: number;
  /** Share of (sample, neuron) pairs that fired at every step. */
  readonly saturatedFraction: number;
  /** Signal to noise of the integer weights, decibels. */
  readonly weightSnr: number;
}

export interface LoweringResult {
  readonly network: Network;
  readonly layers: readonly LayerReport[];
  /** What was chosen for each layer, and why. */
  readonly explanations: readonly LayerExplanation[];
  readonly notes: readonly Note[];
  readonly calibrationSamples: number;
}
