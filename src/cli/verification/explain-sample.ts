/** Why one sample goes wrong, in words: at which layer it first leaves the original. Behind `verify --sample`. */
import { SpikecError } from "../../errors/error.ts";
import type { Graph } from "../../graph/graph.ts";
import { createStager, labelOf } from "../../lower/attribute/layer-states.ts";
import { pairLayers } from "../../lower/attribute/pair-layers.ts";
import { createSampleComparer, type SampleDifference } from "../../lower/attribute/sample-difference.ts";
import type { Network } from "../../network/network.ts";
import { formatTable } from "../../report/table.ts";
import { createEngine } from "../../simulate/engine.ts";
import type { Context } from "../command.ts";
import { createBreather } from "../interrupt.ts";
import type { EngineChoice } from "../options.ts";
import type { ScaledSamples } from "../samples.ts";
import { percentText, proseText } from "../text.ts";
import { sampleOf } from "./evaluate.ts";

/** Samples that say what error a layer usually has. */
const usualSamples = 50;
const shownClasses = 3;

interface ExplainOptions extends Pick<EngineChoice, "engine"> {
  readonly sample: number;
  /** Of a layer's error; null: what is usual decides. */
  readonly bound: number | null;
}

export interface ClassLogit {
  readonly label: number;
  readonly logit: number;
}

/** The classes with the largest logits, the largest first; ties to the lower label. */
export function topClasses(logits: Float64Array, count = shownClasses): ClassLogit[] {
  return Array.from(logits, (logit, label) => ({ label, logit }))
    .sort((a, b) => b.logit - a.logit || a.label - b.label)
    .slice(0, count);
}

const classText = ({ label, logit }: ClassLogit) => `${label} (${logit.toFixed(2)})`;

function classesText(logits: Float64Array): string {
  if (logits.length === 1) return `${labelOf(logits)} (logit ${logits[0].toFixed(2)})`;
  return topClasses(logits).map(classText).join(", ");
}

function differenceTable({ layers }: SampleDifference): string {
  const rows = layers.map(({ name, error, usual, bound, label, neurons }) => [
    name,
    percentText(error),
    usual === null ? "-" : percentText(usual),
    percentText(bound),
    error > bound ? "left" : "",
    String(label),
    neurons
      .map(({ neuron, original, spikes }) => `${neuron}: ${original.toFixed(2)} -> ${spikes.toFixed(2)}`)
      .join(", "),
  ]);
  return formatTable(
    ["layer", "error", "usual", "bound", "", "class", "worst neurons (original -> spikes)"],
    rows,
  );
}

function verdictText({ left, turned, layers, original, spiking, stages, cures }: SampleDifference): string {
  const [right, got] = [labelOf(original), labelOf(spiking)];
  const where =
    left === null
      ? "no layer leaves the original by more than its bound"
      : `${left} is the first layer to leave the original (error ${percentText(layers.find(({ name }) => name === left)!.error)})`;
  if (right === got) return `${where}; the class is the original's all the same`;
  const [first, second] = topClasses(original, 2);
  const margin =
    second === undefined
      ? ""
      : `; the original prefers ${first.label} to ${second.label} by ${(first.logit - second.logit).toFixed(2)}`;
  const lost = stages.find(({ label }) => label !== right)!.stage;
  const back =
    cures.length === 0
      ? "no single layer in floats gives it back"
      : `alone in floats, each of these gives it back: ${cures.join(", ")}`;
  return `${where}${margin}. The class turns at ${turned}, at stage ${lost}; ${back}`;
}

function sampleText(
  difference: SampleDifference,
  index: number,
  label: number | null,
  others: number,
): string {
  const { original, spiking, stages } = difference;
  return [
    `sample ${index}${label === null ? "" : `, label ${label}`}`,
    `  original  ${classesText(original)}`,
    `  integers  ${classesText(spiking)}`,
    `  class by stage: ${stages.map((one) => `${one.stage} ${one.label}`).join(", ")}`,
    "",
    differenceTable(difference),
    "",
    `error: root mean square of (activation - rate) over that of the activation; usual: over ${others} other samples`,
    "class: where layers up to here spike and later ones are floats",
    proseText(verdictText(difference)),
  ].join("\n");
}

/** Throws SPK-0002 for a sample that there is not, SPK-0806 where the network is no conversion of the model. */
export async function explainSample(
  { terminal, signal }: Context,
  network: Network,
  graph: Graph,
  samples: ScaledSamples,
  { sample: index, bound, engine }: ExplainOptions,
): Promise<void> {
  if (index >= samples.count)
    throw new SpikecError(
      "SPK-0002",
      `there is no sample ${index}: the file has samples 0 to ${samples.count - 1}`,
    );
  const stager = createStager(pairLayers(graph, network));
  const simulator = createEngine(stager.paired.network, { engine });
  const comparer = createSampleComparer(stager, (sample) => simulator.runSample(sample), bound);
  const others = [...Array(Math.min(samples.count, usualSamples + 1)).keys()]
    .filter((other) => other !== index)
    .slice(0, usualSamples);
  const progress = terminal.progress("comparing", "samples");
  const breathe = createBreather(signal);
  for (const [done, other] of others.entries()) {
    comparer.addUsual(sampleOf(samples, other));
    progress.update(done + 1, others.length);
    await breathe();
  }
  progress.end();
  const difference = comparer.explain(sampleOf(samples, index));
  const label = samples.labels?.[index] ?? null;
  const { original, spiking, ...rest } = difference;
  const json = {
    sample: index,
    label,
    timesteps: network.timesteps,
    ann: { class: labelOf(original), top: topClasses(original) },
    snn: { class: labelOf(spiking), top: topClasses(spiking) },
    usualSamples: others.length,
    ...rest,
  };
  terminal.result(json, sampleText(difference, index, label, others.length));
}
