/**
 * The Report of a model without its network: what would be folded, converted and refused, or what a conversion that failed
 * had found by then.
 */
import { SpikecError } from "../errors/error.ts";
import type { Graph, Note } from "../graph/graph.ts";
import type { SpikingGraph } from "../graph/spiking.ts";
import { fold } from "../lower/fold.ts";
import { rewrite } from "../lower/rewrite.ts";
import {
  type ChipVerdict,
  emptyReport,
  type Failure,
  type Picture,
  type Report,
} from "../report/html/report-data.ts";
import { pictureOf, type RefusedBox, spikingPicture } from "./picture-of.ts";
import { refusedPicture } from "./refused-picture.ts";

/** A node that the import could use, or could not. */
export interface ImportedOperator {
  readonly node: string;
  readonly operator: string;
}

/** As far as a model's file was understood. */
export type KnownModel =
  | { readonly kind: "graph"; readonly graph: Graph }
  | { readonly kind: "spiking"; readonly graph: SpikingGraph }
  | {
      readonly kind: "refused";
      readonly supported: readonly (ImportedOperator & { readonly becomes: string })[];
      readonly refused: readonly (ImportedOperator & { readonly why: string; readonly advice: string })[];
      /** Name of the model's input. */
      readonly input: string;
      /** Between input and nodes, by their names. */
      readonly wires: readonly { readonly from: string; readonly to: string }[];
      readonly notes: readonly Note[];
    }
  | { readonly kind: "unknown" };

export function failureFrom({ code, message, where, advice }: SpikecError): Failure {
  return { code, message, where: where ?? null, advice };
}

/** Why no network can be made of the graph; null where one can. */
function refusalOf(graph: Graph): SpikecError | null {
  try {
    fold(rewrite(graph));
    return null;
  } catch (error) {
    if (error instanceof SpikecError) return error;
    throw error;
  }
}

/** Lines of a refusal that begin with the name of a node: "conv1 (Conv of net.onnx): why". */
function refusedNodes({ nodes }: Graph, error: SpikecError | null): RefusedBox[] {
  const lines = (error?.message ?? "").split("\n").map((line) => line.trim());
  return nodes.flatMap(({ name }) => {
    const line = lines.find((text) => text.startsWith(`${name} (`));
    return line === undefined ? [] : [{ node: name, why: line }];
  });
}

/** The node that a refusal names: "net.nir, node lif1 (CubaLIF)". */
function refusedSpiking({ nodes }: SpikingGraph, error: SpikecError | null): RefusedBox[] {
  if (error === null) return [];
  const { where = "", message } = error;
  return nodes
    .filter(({ name }) => where.includes(`node ${name} (`) || where === name)
    .map(({ name }) => ({ node: name, why: message }));
}

/** error: what stopped the conversion; null: none was tried, and the model is asked. */
function errorOf(model: KnownModel, error: SpikecError | null): SpikecError | null {
  if (error !== null) return error;
  if (model.kind === "graph") return refusalOf(model.graph);
  if (model.kind !== "refused" || model.refused.length === 0) return null;
  const lines = model.refused.map(
    ({ node, operator, why, advice }) => `${node} (${operator}): ${why}; ${advice}`,
  );
  return new SpikecError("SPK-0104", `cannot be converted:\n  ${lines.join("\n  ")}`);
}

function pictureOfModel(model: KnownModel, error: SpikecError | null): Picture {
  switch (model.kind) {
    case "graph":
      return pictureOf(model.graph, null, refusedNodes(model.graph, error));
    case "spiking":
      return spikingPicture(model.graph, null, refusedSpiking(model.graph, error));
    case "refused":
      return refusedPicture(model);
    case "unknown":
      return { graph: null, network: null, links: [] };
  }
}

export function surveyModel(
  title: string,
  version: string,
  model: KnownModel,
  error: SpikecError | null,
  commands: readonly string[] = [],
  chips: readonly ChipVerdict[] = [],
): Report {
  const found = errorOf(model, error);
  const notes = model.kind === "refused" ? model.notes : model.kind === "unknown" ? [] : model.graph.notes;
  return {
    ...emptyReport(title, version),
    failure: found && failureFrom(found),
    picture: pictureOfModel(model, found),
    chips,
    notes,
    commands,
  };
}
