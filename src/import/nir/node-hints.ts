/** Hints of one node (metadata `spikec`): where its membrane starts, and choices about time that are its own. */
import type { Discretization } from "../../graph/discretization.ts";
import type { Note, Tensor } from "../../graph/graph.ts";
import type { Metadata, MetadataValue } from "../../graph/spiking.ts";
import { hintsName } from "./format.ts";
import { partialDiscretizationHint } from "./hints.ts";
import type { Place } from "./refusal.ts";

export const nodeHintNames = { vInit: "v_init", discretization: "discretization" } as const;

export interface NeuronHints {
  readonly vInit: Tensor | null;
  readonly discretization: Partial<Discretization> | null;
}

export function readNeuronHints(metadata: Metadata | null, place: Place, notes: Note[]): NeuronHints {
  const hints = metadata?.get(hintsName);
  const vInit = hints instanceof Map ? asTensor(hints.get(nodeHintNames.vInit)) : null;
  return {
    vInit: vInit?.data.every(Number.isFinite) ? vInit : null,
    discretization: partialDiscretizationHint(metadata, place, notes),
  };
}

function asTensor(value: MetadataValue | undefined): Tensor | null {
  if (typeof value === "number") return { shape: [], data: Float64Array.of(value) };
  return typeof value === "object" && "data" in value ? value : null;
}
