/** The vendor's quantizer against its own results: integers of every parameter, and the scales that each alone would allow. */
import type { Proof, VectorResult } from "../../../src/target/target.ts";
import { type CandidateScales, type IntegerLayer, quantizeLayer } from "../quantize.ts";
import { casesOf, differenceOf, parseVectors } from "./vectors.ts";

interface LayerCase {
  readonly id: string;
  readonly weights_f32: readonly number[];
  readonly bias_f32: readonly number[] | null;
  readonly threshold_f32: number;
  readonly min_v_mem_f32: number | null;
  readonly v_mem_f32: readonly number[] | null;
  readonly rescale_weights: number;
  readonly scales_f32: Readonly<Record<string, number | "inf">>;
  readonly expect: Readonly<Record<string, unknown>>;
}

interface NeuronCase {
  readonly weight: readonly number[];
  readonly bias: readonly number[] | null;
  readonly threshold: number;
  readonly min_v_mem: number | null;
  readonly weight_int: readonly number[];
  readonly bias_int: readonly number[] | null;
  readonly threshold_int: number;
  readonly min_v_mem_int: number;
}

const layerFile = "speck/quantize_cases.json";
const neuronFile = "neurons/dynapcnn_discretize.json";

const floats = (values: readonly number[] | null) => (values === null ? null : Float32Array.from(values));
const listOf = (values: Int32Array | null) => (values === null ? null : [...values]);

function scalesUnderNames({ weights, bias, threshold, initial }: CandidateScales) {
  const value = (scale: number) => (Number.isFinite(scale) ? scale : "inf");
  return {
    w: value(weights),
    b: value(bias),
    t: value(threshold),
    ...(initial === null ? {} : { n: value(initial) }),
  };
}

function underNames({ weights, bias, threshold, floor, initial }: IntegerLayer) {
  return {
    weights: [...weights],
    biases: listOf(bias),
    threshold_high: threshold,
    threshold_low: floor,
    v_mem: listOf(initial),
  };
}

function runLayer(vector: LayerCase): VectorResult {
  const found = quantizeLayer({
    weights: Float32Array.from(vector.weights_f32),
    bias: floats(vector.bias_f32),
    threshold: vector.threshold_f32,
    floor: vector.min_v_mem_f32,
    initial: floats(vector.v_mem_f32),
    rescale: vector.rescale_weights,
  });
  const difference =
    differenceOf(vector.expect, underNames(found)) ??
    differenceOf({ scales: vector.scales_f32 }, { scales: scalesUnderNames(found.scales) });
  return { name: vector.id, exact: difference === null, difference };
}

function runNeuron(vector: NeuronCase, index: number): VectorResult {
  const found = quantizeLayer({
    weights: Float32Array.from(vector.weight),
    bias: floats(vector.bias),
    threshold: vector.threshold,
    floor: vector.min_v_mem,
    initial: null,
    rescale: 1,
  });
  const { weight_int, bias_int, threshold_int, min_v_mem_int } = vector;
  const difference = differenceOf(
    { weight_int, bias_int, threshold_int, min_v_mem_int },
    {
      weight_int: [...found.weights],
      bias_int: listOf(found.bias),
      threshold_int: found.threshold,
      min_v_mem_int: found.floor,
    },
  );
  return { name: `dynapcnn_discretize ${index}`, exact: difference === null, difference };
}

export const quantizerProof: Proof = {
  suite: "speck/quantize",
  files: [layerFile, neuronFile],
  whose: "synsense/sinabs commit 904eb89, discretize_conv_spike on torch 1.13; random layers",
  vectors: 68,
  run: (files) => [
    ...casesOf<LayerCase>(parseVectors(files, layerFile), "cases", layerFile).map(runLayer),
    ...casesOf<NeuronCase>(parseVectors(files, neuronFile), "cases", neuronFile).map(runNeuron),
  ],
};
