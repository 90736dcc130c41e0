/** Where a conversion loses accuracy: the attribution of src/lower/attribute on files, and in words. Behind `verify --attribute`. */
import type { Graph } from "../../graph/graph.ts";
import { type Address, addressOf, type LossAddress } from "../../lower/attribute/address.ts";
import { type Attribution, additionsOf, createAttributor } from "../../lower/attribute/attribution.ts";
import { pairLayers } from "../../lower/attribute/pair-layers.ts";
import type { Score } from "../../lower/attribute/scores.ts";
import type { Stage } from "../../lower/attribute/stages.ts";
import type { Network } from "../../network/network.ts";
import { formatTable } from "../../report/table.ts";
import { type Silence, silenceOf } from "../../simulate/silence.ts";
import type { Context } from "../command.ts";
import { createBreather } from "../interrupt.ts";
import type { EngineChoice } from "../options.ts";
import type { ScaledSamples } from "../samples.ts";
import { percentText, proseText } from "../text.ts";
import { sampleOf } from "./evaluate.ts";
import { silenceText } from "./measure-network.ts";

/** Additions that an attribution takes at most unless more samples are asked for: some half minute on one core. */
const mostAdditions = 6e9;
const fewestSamples = 20;

const stageTexts: Readonly<Record<Stage, string>> = {
  original: "the float network",
  integers: "weights and inputs are integers",
  saturated: "cut at one spike a step",
  levels: "rounded to T levels",
  steps: "spikes in T steps: as it runs",
};

interface AttributeOptions extends Pick<EngineChoice, "engine"> {
  /** Samples to look at; null: as many as time allows. */
  readonly wanted: number | null;
}

/** Points of accuracy that lie between two scores; of agreement where there are no labels. */
function pointsText(before: Score, after: Score): string {
  const [from, to] = [before.accuracy ?? before.agreement, after.accuracy ?? after.agreement];
  const points = 100 * (to - from);
  return Math.abs(points) < 0.05 ? "0.0" : `${points > 0 ? "+" : ""}${points.toFixed(1)}`;
}

function stageTable({ stages }: Attribution): string {
  const rows = stages.map((score, i) => [
    score.stage,
    score.accuracy === null ? "-" : percentText(score.accuracy),
    i === 0 ? "" : pointsText(stages[i - 1], score),
    percentText(score.agreement),
    percentText(score.logitError),
    stageTexts[score.stage],
  ]);
  return formatTable(["stage", "accuracy", "points", "same class", "logit error", "what it is"], rows);
}

function layerTable({ layers, stages }: Attribution): string {
  const [original] = stages;
  const steps = stages[stages.length - 1];
  const rows = layers.map(({ name, rateError, upTo, floated }, i) => [
    name,
    rateError === null ? "-" : percentText(rateError),
    percentText(upTo.agreement),
    pointsText(i === 0 ? original : layers[i - 1].upTo, upTo),
    percentText(upTo.logitError),
    ...(floated === null
      ? ["-", "-", "-"]
      : [percentText(floated.agreement), pointsText(steps, floated), percentText(floated.logitError)]),
  ]);
  const titles = ["layer", "rate error", "up to: same", "points", "logits"];
  return formatTable([...titles, "floated: same", "points", "logits"], rows);
}

function changeText({ agreement, logitError }: Address<string>): string {
  const classes =
    agreement > 0 ? `${(100 * agreement).toFixed(1)} points of same class` : "classes hardly change";
  return `${classes}, ${(100 * logitError).toFixed(1)} points of logit error`;
}

function addressText({ stage, layer, cure }: LossAddress): string {
  if (stage === null && layer === null) return "address: nothing is lost on these samples";
  const lines: string[] = [];
  if (stage !== null) lines.push(`address: stage ${stage.name} loses most: ${changeText(stage)}`);
  if (layer !== null) lines.push(`  from the front, ${layer.name} loses most: ${changeText(layer)}`);
  if (cure !== null) lines.push(`  alone in floats, ${cure.name} regains most: ${changeText(cure)}`);
  else lines.push("  no single layer in floats regains anything");
  return lines.map(proseText).join("\n");
}

export function attributionText(attribution: Attribution, of: number, silence: Silence | null): string {
  const { samples } = attribution;
  const part =
    samples < of ? ` of ${of}, as many as take about half a minute; --attribute ${of} takes all` : "";
  return [
    stageTable(attribution),
    "",
    layerTable(attribution),
    "",
    "up to: layers up to here spike, later ones are floats. floated: this layer alone is floats, all others spike.",
    `${samples} samples${part}; one sample is ${(100 / samples).toFixed(1)} points`,
    ...(silence === null ? [] : [proseText(silenceText(silence))]),
    addressText(addressOf(attribution)),
  ].join("\n");
}

/** How many samples are looked at. */
function samplesFor(additions: number, available: number, wanted: number | null): number {
  if (wanted !== null) return Math.min(wanted, available);
  return Math.min(available, Math.max(fewestSamples, Math.floor(mostAdditions / Math.max(1, additions))));
}

/** Throws SPK-0806 where the network is no conversion of the model. */
export async function attributeNetwork(
  { terminal, signal, compute }: Context,
  network: Network,
  graph: Graph,
  samples: ScaledSamples,
  { wanted, engine }: AttributeOptions,
): Promise<void> {
  const paired = pairLayers(graph, network);
  const count = samplesFor(additionsOf(paired), samples.count, wanted);
  const attributor = await compute(() => createAttributor(paired, engine));
  const progress = terminal.progress("attributing", "samples");
  const breathe = createBreather(signal);
  for (let index = 0; index < count; index++) {
    attributor.add(sampleOf(samples, index), samples.labels?.[index] ?? -1);
    progress.update(index + 1, count);
    await breathe();
  }
  progress.end();
  const attribution = attributor.result();
  const silence = silenceOf(paired.network, attribution.activity);
  const [original] = attribution.stages;
  const steps = attribution.stages[attribution.stages.length - 1];
  const json = {
    samples: count,
    timesteps: network.timesteps,
    ann: { accuracy: original.accuracy },
    snn: { accuracy: steps.accuracy },
    agreement: steps.agreement,
    stages: attribution.stages,
    layers: attribution.layers.map((layer) => ({
      ...layer,
      ...attribution.activity.find(({ name }) => name === layer.name),
      weightSnr: snrOf(paired, layer.name),
    })),
    address: addressOf(attribution),
    silence,
  };
  terminal.result(json, attributionText(attribution, samples.count, silence));
}

/** null where weights are exact, or nothing has any. */
function snrOf({ layers }: ReturnType<typeof pairLayers>, name: string): number | null {
  const snr = layers.find((layer) => layer.name === name)?.weightSnr ?? Number.POSITIVE_INFINITY;
  return Number.isFinite(snr) ? snr : null;
}
