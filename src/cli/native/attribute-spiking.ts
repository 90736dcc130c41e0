/**
 * Where a native spiking network loses what its floats knew: stage by stage (spiking-stages.ts), in classes and, since classes
 * say little of spikes, layer by layer in steps that agree. Behind `verify --attribute`.
 */
import type { SpikingGraph } from "../../graph/spiking.ts";
import type { Network } from "../../network/network.ts";
import { formatTable } from "../../report/table.ts";
import { openEngine } from "../../simulate/open-engine.ts";
import type { Run } from "../../simulate/reference.ts";
import type { Context } from "../command.ts";
import { createBreather } from "../interrupt.ts";
import type { EngineChoice } from "../options.ts";
import type { ScaledSamples } from "../samples.ts";
import { percentText, proseText } from "../text.ts";
import { accuracyOf, agreementOf, classOf, sampleOf } from "../verification/evaluate.ts";
import { accuracyOrDash } from "../verification/sweep-network.ts";
import { firstOf } from "../verification/verify-on-board.ts";
import { floatClass, floatNetworkOf } from "./float-network.ts";
import { createComparison, createFloatRecord, type SpikeComparison } from "./spiking-agreement.ts";
import { type SpikingStage, stageNetworks } from "./spiking-stages.ts";

/** Samples unless more are asked for: each runs in floats and through four networks. */
const usualSamples = 100;

const stageTexts: Readonly<Record<"floats" | SpikingStage, string>> = {
  floats: "the neurons of the file",
  law: "integers as fine as they get",
  weights: "weights in their bits",
  states: "membranes, thresholds, decays in their places",
  chip: "the network as it is, by the chip's rules",
};

export interface AttributedStage {
  readonly stage: "floats" | SpikingStage;
  readonly accuracy: number | null;
  /** Share of samples with the class of the floats. */
  readonly agreement: number;
  /** Mean over the layers: share of pairs (step, neuron) with the spikes of the floats. */
  readonly perStep: number;
}

export interface AttributedSpikes {
  readonly name: string;
  /** By stage: share of pairs (step, neuron) with the spikes of the floats. */
  readonly perStep: Readonly<Record<SpikingStage, number>>;
}

/** What runs beside the floats. */
interface StageRun {
  readonly stage: SpikingStage;
  readonly network: Network;
  readonly run: (sample: Float32Array) => Run;
  readonly comparison: SpikeComparison;
  readonly predicted: Int32Array;
}

interface Attribution {
  readonly samples: number;
  readonly stages: readonly AttributedStage[];
  readonly layers: readonly AttributedSpikes[];
  /** The stage in which most steps go astray, and the layer in which the network as it is loses most; null: nothing is lost. */
  readonly address: { readonly stage: SpikingStage | null; readonly layer: string | null };
}

/** The name with the largest fall, null where none falls. */
function steepest<Name>(names: readonly Name[], shares: readonly number[]): Name | null {
  const falls = shares.map((share, i) => (i === 0 ? 1 : shares[i - 1]) - share);
  const most = falls.reduce((best, fall, i) => (fall > falls[best] ? i : best), 0);
  return falls[most] > 0 ? names[most] : null;
}

function attributionOf(
  runs: readonly StageRun[],
  float: Int32Array,
  labels: ArrayLike<number> | null,
): Attribution {
  const found = runs.map(({ comparison }) => comparison.layers());
  const names = found[0].map(({ name }) => name);
  const mean = (shares: readonly number[]) => shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const layers = names.map((name, layer) => ({
    name,
    perStep: Object.fromEntries(runs.map(({ stage }, i) => [stage, found[i][layer].perStep])) as Record<
      SpikingStage,
      number
    >,
  }));
  const stages = runs.map(
    ({ stage, predicted }, i): AttributedStage => ({
      stage,
      accuracy: accuracyOf(predicted, labels),
      agreement: agreementOf(float, predicted),
      perStep: names.length === 0 ? 1 : mean(found[i].map(({ perStep }) => perStep)),
    }),
  );
  const stage = steepest(
    runs.map((one) => one.stage),
    stages.map(({ perStep }) => perStep),
  );
  const layer = steepest(
    names,
    layers.map(({ perStep }) => perStep.chip),
  );
  const original = {
    stage: "floats",
    accuracy: accuracyOf(float, labels),
    agreement: 1,
    perStep: 1,
  } as const;
  return { samples: float.length, stages: [original, ...stages], layers, address: { stage, layer } };
}

function attributionText({ samples, stages, layers, address }: Attribution, of: number): string {
  const percents = (share: number) => `${(100 * share).toFixed(2)} %`;
  const rows = stages.map(({ stage, accuracy, agreement, perStep }) => [
    stage,
    accuracyOrDash(accuracy),
    percentText(agreement),
    percents(perStep),
    stageTexts[stage],
  ]);
  const lines = layers.map(({ name, perStep: { law, weights, states, chip } }) => [
    name,
    ...[law, weights, states, chip].map(percents),
  ]);
  const part = samples < of ? ` of ${of}; --attribute ${of} takes all` : "";
  return [
    formatTable(["stage", "accuracy", "same class", "same per step", "what it is"], rows),
    "",
    formatTable(["same per step", "law", "weights", "states", "chip"], lines),
    "",
    `${samples} samples${part}; one sample is ${(100 / samples).toFixed(1)} points of a class`,
    address.stage === null
      ? "address: nothing is lost on these samples"
      : proseText(
          `address: stage ${address.stage} loses most${address.layer === null ? "" : `; as it is, ${address.layer} loses most`}`,
        ),
  ].join("\n");
}

interface AttributeOptions extends Pick<EngineChoice, "engine"> {
  /** Samples to look at; null: as usual. */
  readonly wanted: number | null;
}

/** Throws SPK-0002 for a network that does not say how it was converted. */
export async function attributeSpiking(
  { terminal, signal, compute }: Context,
  network: Network,
  graph: SpikingGraph,
  all: ScaledSamples,
  { wanted, engine }: AttributeOptions,
): Promise<void> {
  const samples = firstOf(all, Math.min(all.count, wanted ?? usualSamples));
  const float = floatNetworkOf(network, graph);
  const record = createFloatRecord(network, float);
  const networks = await stageNetworks(network, graph, float, samples);
  const runs: StageRun[] = [];
  for (const [stage, own] of networks) {
    const { runSample } = await openEngine(own, { engine });
    const comparison = createComparison(own, float, record);
    runs.push({ stage, network: own, run: runSample, comparison, predicted: new Int32Array(samples.count) });
  }
  const floatClasses = new Int32Array(samples.count);
  const progress = terminal.progress("attributing", "samples");
  const breathe = createBreather(signal);
  for (let index = 0; index < samples.count; index++) {
    const sample = sampleOf(samples, index);
    floatClasses[index] = floatClass(network, record.run(sample));
    for (const { network: own, run, comparison, predicted } of runs) {
      const { train, readings, tieBreaks } = run(sample);
      comparison.add(train);
      predicted[index] = classOf(own, readings[0], tieBreaks[0]).label;
    }
    progress.update(index + 1, samples.count);
    await breathe();
  }
  progress.end();
  const attribution = await compute(() => attributionOf(runs, floatClasses, samples.labels));
  const { stages, layers, address } = attribution;
  const json = {
    samples: samples.count,
    timesteps: network.timesteps,
    ann: { accuracy: stages[0].accuracy },
    snn: { accuracy: stages[stages.length - 1].accuracy },
    agreement: stages[stages.length - 1].agreement,
    stages,
    layers,
    address,
  };
  terminal.result(json, attributionText(attribution, all.count));
}
