/** What the parts of an image take of a board: memory for their state, flash for their tables. */
import { spikeRowBytes } from "../../../src/link/loader/protocol.ts";
import { valueRowBytes } from "./format.ts";
import type { ImageParts, InputPart, Parameter, PopulationPart, ProjectionPart } from "./parts.ts";

export function inputState({ count, kind, rows }: Pick<InputPart, "count" | "kind" | "rows">): number {
  return rows * (kind === "spikes" ? spikeRowBytes(count) : valueRowBytes(count));
}

/** A membrane of 4 bytes a neuron, and a bit a neuron for each step that is kept. */
export function populationState({ neurons, rows }: Pick<PopulationPart, "neurons" | "rows">): number {
  return 4 * neurons + rows * spikeRowBytes(neurons);
}

/** Bytes of state of the whole network. */
export function arenaOf({ inputs, populations }: Pick<ImageParts, "inputs" | "populations">): number {
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  return sum(inputs.map(inputState)) + sum(populations.map(populationState));
}

export function parameterFlash(population: PopulationPart): number {
  const { threshold, bias, vInit, resetValue, floorValue, multiplier } = population;
  const all: readonly Parameter[] = [threshold, bias, vInit, resetValue, floorValue, multiplier];
  return all.reduce((sum, { values }) => sum + values.byteLength, 0);
}

export function projectionFlash({ connection }: ProjectionPart): number {
  const tables =
    connection.kind === "sparse" ? connection.offsets.byteLength + 2 * connection.targets.length : 0;
  return connection.weights.byteLength + tables;
}
