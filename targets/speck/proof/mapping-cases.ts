/** Which core each layer gets, against sinabs' get_valid_mapping: words of memory, candidate cores, core ids, and no mapping. */
import type { Proof, VectorResult } from "../../../src/target/target.ts";
import type { CoreLayer, Extents } from "../core-layer.ts";
import { mapToCores } from "../mapping.ts";
import { candidatesOf, type MemoryWords, memoryOf } from "../memory.ts";
import { casesOf, differenceOf, parseVectors } from "./vectors.ts";

interface CaseLayer {
  readonly in_shape: Extents;
  readonly out_channels: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly bias: boolean;
  readonly neuron_shape: Extents;
  readonly memory: MemoryWords;
  readonly candidates: readonly number[];
}

interface Case {
  readonly id: string;
  readonly chip: string;
  readonly layers: readonly CaseLayer[];
  /** Core by layer; null where there is none. */
  readonly mapping: Readonly<Record<string, number>> | null;
  readonly error: string | null;
}

const file = "speck/mapping_cases.json";

function layerOf(layer: CaseLayer, index: number): CoreLayer {
  const { in_shape, out_channels, kernel, stride, padding, bias, neuron_shape } = layer;
  return {
    name: `layer ${index}`,
    input: in_shape,
    neurons: neuron_shape,
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [padding, padding],
    weights: [],
    biases: bias ? new Int32Array(out_channels) : null,
    thresholdHigh: 1,
    thresholdLow: -1,
    returnToZero: false,
    initial: null,
    destinations: [],
    monitored: false,
  };
}

/** Fewer cores than layers that want them: what makes a conflict one. */
function isConflict(
  layers: readonly number[],
  cores: readonly number[],
  candidates: readonly number[][],
): boolean {
  const wanted = new Set(layers.flatMap((layer) => candidates[layer]));
  return wanted.size < layers.length && [...wanted].sort((a, b) => a - b).join() === cores.join();
}

function runCase(
  { id, chip, layers, mapping, error }: Case,
  constraints: Record<string, MemoryWords[]>,
): VectorResult {
  const cores = constraints[chip];
  const needs = layers.map((layer, index) => memoryOf(layerOf(layer, index)));
  const candidates = needs.map((need) => candidatesOf(need, cores));
  const found = mapToCores(candidates, cores.length);
  const sets = differenceOf(
    { memory: layers.map(({ memory }) => memory), candidates: layers.map((layer) => layer.candidates) },
    { memory: needs, candidates },
  );
  let difference = sets;
  if ("cores" in found) {
    difference ??= differenceOf(
      { mapping: error === null ? mapping : null },
      { mapping: { ...found.cores } },
    );
  } else {
    const { conflict } = found;
    if (error === null) difference ??= `no mapping found instead of ${JSON.stringify(mapping)}`;
    else if (!isConflict(conflict.layers, conflict.cores, candidates))
      difference ??= `layers ${conflict.layers} and cores ${conflict.cores} are no conflict`;
  }
  return { name: id, exact: difference === null, difference };
}

export const mappingProof: Proof = {
  suite: "speck/mapping",
  files: [file],
  whose: "synsense/sinabs commit 904eb89, get_valid_mapping; random networks on speck2f and speck2cmini",
  vectors: 90,
  run: (files) => {
    const json = parseVectors(files, file) as { constraints: Record<string, MemoryWords[]> };
    return casesOf<Case>(json, "cases", file).map((one) => runCase(one, json.constraints));
  },
};
