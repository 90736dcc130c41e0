/** The verification behind `verify` and `deploy`: original, integers and board on the same samples. */

import { SpikecError } from "../../errors/error.ts";
import { evaluate } from "../../graph/evaluate.ts";
import { type FloatArray, type Graph, sizeOf } from "../../graph/graph.ts";
import { fold } from "../../lower/fold.ts";
import type { Activation } from "../../lower/folded.ts";
import { rewrite } from "../../lower/rewrite.ts";
import type { Network } from "../../network/network.ts";
import type { LayerActivity } from "../../simulate/activity.ts";
import { type Silence, silenceOf } from "../../simulate/silence.ts";
import type { Target } from "../../target/target.ts";
import { type BoardResult, runOnDevice } from "../boards/board-run.ts";
import { placeNetwork } from "../boards/place-network.ts";
import { withBoard } from "../boards/with-board.ts";
import type { Context } from "../command.ts";
import type { EngineChoice } from "../options.ts";
import type { ScaledSamples } from "../samples.ts";
import { type CountedRuns, createOperationCounter, type Energy, energyOf } from "./counted-operations.ts";
import { accuracyOf, agreementOf, createRateErrors, floatPredictions, runIntegers } from "./evaluate.ts";

/** Samples on which layers are compared with the float network. */
const comparedSamples = 100;

export interface VerifyOptions extends Partial<EngineChoice> {
  readonly target: Target;
  readonly boardSamples: number;
  /** null: the emulated chip. */
  readonly port: string | null;
  /** The user's own cost of a synaptic operation, in place of what is published. */
  readonly picojoulesPerSynop?: number | undefined;
}

export interface VerifiedLayer extends LayerActivity {
  /** null: the model is no network of activations. */
  readonly rateError: number | null;
}

export interface Verification {
  readonly samples: number;
  readonly timesteps: number;
  readonly ann: { readonly accuracy: number | null };
  readonly snn: { readonly accuracy: number | null };
  /** Share of samples in which original and integers give the same class. */
  readonly agreement: number;
  readonly layers: readonly VerifiedLayer[];
  /** Synaptic operations a sample. */
  readonly synops: number;
  /** On the samples on which layers are compared. */
  readonly operations: CountedRuns;
  /** Of a sample; null: nothing is published for the chip. */
  readonly energy: Energy | null;
  readonly silence: Silence | null;
  readonly board: { readonly where: string; readonly accuracy: number | null; readonly result: BoardResult };
}

export function firstOf(samples: ScaledSamples, count: number): ScaledSamples {
  if (count >= samples.count) return samples;
  const size = samples.values.length / samples.count;
  const labels = samples.labels?.subarray(0, count) ?? null;
  return { ...samples, count, values: samples.values.subarray(0, count * size), labels };
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

/** Float activations by population: [samples, ...shape]. Populations that stand for none are left out. */
export function layerValues(graph: Graph, network: Network, samples: ScaledSamples): Map<string, FloatArray> {
  const rewritten = rewrite(graph);
  const standing = new Set(
    network.populations.filter(({ spikeValue }) => spikeValue.length > 0).map(({ name }) => name),
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
  const shown = rateErrors.size === 0 ? layers : layers.filter(({ name }) => rateErrors.has(name));
  return shown.map((layer) => ({ ...layer, rateError: rateErrors.get(layer.name) ?? null }));
}

/** The first samples on the chip, every layer compared. */
export async function verifyOnBoard(
  { terminal, signal }: Pick<Context, "terminal" | "signal">,
  network: Network,
  samples: ScaledSamples,
  { target, port, boardSamples }: VerifyOptions,
): Promise<Verification["board"]> {
  const boarded = firstOf(samples, boardSamples);
  const placement = placeNetwork(target, network, terminal, { observe: "all" });
  const image = await target.emit(placement);
  const result = await withBoard({ target, port, image, terminal, signal }, (device) =>
    runOnDevice(target, placement, device, boarded, {
      signal,
      progress: terminal.progress("board", "samples"),
    }),
  );
  const where = port === null ? "the emulated" : `${port}, a`;
  return { where, accuracy: accuracyOf(result.predicted, boarded.labels), result };
}

export async function verifyNetwork(
  { terminal, signal, compute }: Context,
  network: Network,
  graph: Graph,
  samples: ScaledSamples,
  options: VerifyOptions,
): Promise<Verification> {
  const float = await floatPredictions(graph, samples, {
    signal,
    progress: terminal.progress("original", "samples"),
  });
  const compared = firstOf(samples, comparedSamples);
  const activations = await compute(() => layerValues(graph, network, compared));
  const rateErrors = createRateErrors(network, activations, compared.count);
  const counter = createOperationCounter(network);
  const integers = await runIntegers(network, samples, {
    signal,
    progress: terminal.progress("integers", "samples"),
    engine: options.engine,
    threads: options.threads,
    onRun: (run, index) => {
      rateErrors.add(run, index);
      counter.add(run.train);
    },
    observed: compared.count,
  });
  const operations = counter.counted();
  if (integers.note !== null) terminal.log(integers.note);
  const board = await verifyOnBoard({ terminal, signal }, network, samples, options);
  const [predicted] = integers.predicted;
  return {
    samples: samples.count,
    timesteps: network.timesteps,
    ann: { accuracy: accuracyOf(float, samples.labels) },
    snn: { accuracy: accuracyOf(predicted, samples.labels) },
    agreement: agreementOf(float, predicted),
    layers: verifiedLayers(
      integers.layers,
      new Map(rateErrors.layers().map((one) => [one.name, one.rateError])),
    ),
    synops: integers.synops,
    operations,
    energy: energyOf(
      options.target.chip,
      network,
      integers.synops,
      operations,
      options.picojoulesPerSynop ?? null,
    ),
    silence: silenceOf(network, integers.layers),
    board,
  };
}
