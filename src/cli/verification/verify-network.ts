/** The verification behind `verify` and `deploy`: original, integers and board on the same samples. */

import { SpikecError } from "../../errors/error.ts";
import { evaluate } from "../../graph/evaluate.ts";
import { type FloatArray, type Graph, sizeOf } from "../../graph/graph.ts";
import { nameWithoutCopy } from "../../lower/copies.ts";
import { fold } from "../../lower/fold.ts";
import type { Activation } from "../../lower/folded.ts";
import { rewrite } from "../../lower/rewrite.ts";
import type { Network } from "../../network/network.ts";
import type { LayerActivity } from "../../simulate/activity.ts";
import type { Context } from "../command.ts";
import type { ScaledSamples } from "../samples.ts";
import { createRateErrors, floatPredictions } from "./evaluate.ts";
import { type VerifiedIntegers, verifyIntegers } from "./verify-integers.ts";
import { firstOf, type VerifiedBoard, type VerifyOptions, verifyOnBoard } from "./verify-on-board.ts";

/** Samples on which layers are compared with the float network. */
const comparedSamples = 100;

export interface VerifiedLayer extends LayerActivity {
  /** null: the model is no network of activations. */
  readonly rateError: number | null;
}

export interface Verification extends VerifiedIntegers {
  readonly layers: readonly VerifiedLayer[];
  readonly board: VerifiedBoard;
}

/** Activations of the model that populations stand for; none where the model is no network of activations. */
function activationsOf(rewritten: Graph): readonly Activation[] {
  try {
    return fold(rewritten).activations.filter(({ kind }) => kind !== "output");
  } catch (error) {
    if (error instanceof SpikecError && error.code === "SPK-0301") return [];
    throw error;
  }
}

/** Float activations by population, copies together: [samples, ...shape]. Populations that stand for none are left out. */
export function layerValues(graph: Graph, network: Network, samples: ScaledSamples): Map<string, FloatArray> {
  const rewritten = rewrite(graph);
  const standing = new Set(
    network.populations
      .filter(({ spikeValue }) => spikeValue.length > 0)
      .map(({ name }) => nameWithoutCopy(name)),
  );
  const activations = activationsOf(rewritten).filter(({ name }) => standing.has(name));
  const keep = new Set(activations.map(({ node }) => node));
  const all = evaluate(rewritten, samples.values, samples.count, { keep });
  const values = new Map<string, FloatArray>();
  for (const { name, node, start, shape } of activations) {
    const whole = all.get(node)!;
    const size = sizeOf(shape);
    const perSample = whole.length / samples.count;
    const own = Float32Array.from(
      { length: samples.count * size },
      (_, i) => whole[Math.floor(i / size) * perSample + start + (i % size)],
    );
    values.set(name, own);
  }
  return values;
}

/** Layers that stand for activations of the model; where it has none, all that fire. */
function verifiedLayers(
  layers: readonly LayerActivity[],
  rateErrors: ReadonlyMap<string, number>,
): VerifiedLayer[] {
  const errorOf = ({ name }: LayerActivity) => rateErrors.get(nameWithoutCopy(name)) ?? null;
  const shown = rateErrors.size === 0 ? layers : layers.filter((layer) => errorOf(layer) !== null);
  return shown.map((layer) => ({ ...layer, rateError: errorOf(layer) }));
}

export async function verifyNetwork(
  { terminal, signal, compute }: Context,
  network: Network,
  graph: Graph,
  samples: ScaledSamples,
  options: VerifyOptions,
): Promise<Verification> {
  const classes = await floatPredictions(graph, samples, {
    signal,
    progress: terminal.progress("original", "samples"),
  });
  const compared = firstOf(samples, comparedSamples);
  const activations = await compute(() => layerValues(graph, network, compared));
  const rateErrors = createRateErrors(network, activations, compared.count);
  const float = {
    label: "integers",
    onRun: rateErrors.add,
    observed: compared.count,
    classes: () => classes,
  };
  const { verified, activity } = await verifyIntegers({ terminal, signal }, network, samples, float, options);
  const errors = new Map(rateErrors.layers().map((one) => [one.name, one.rateError]));
  const board = await verifyOnBoard({ terminal, signal }, network, samples, options);
  return { ...verified, layers: verifiedLayers(activity, errors), board };
}
