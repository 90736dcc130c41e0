/** What a lowered network says of its own making: every choice about time, and what each population lost in integers. */
import type { Discretization } from "../../graph/discretization.ts";
import { outputNames } from "../../graph/evaluate-spiking.ts";
import { flattenGraph } from "../../graph/flatten-graph.ts";
import type { Note } from "../../graph/graph.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import type { Law } from "../../network/law.ts";
import type { FoldedSpiking } from "./folded-network.ts";
import type { LoweredPopulation } from "./options.ts";

/** Below this, in decibels, a layer's weights have lost what they say. */
const poorWeights = 15;
/** Of a threshold, beyond which spikes come visibly early or late. */
const poorThreshold = 0.02;

export function timeNote({ name, dt, ...choices }: Discretization): Note {
  const list = Object.entries(choices).map(([choice, value]) => `${choice} ${value ?? "none"}`);
  return { level: "info", where: "time", text: `preset ${name}, dt ${dt} s: ${list.join(", ")}` };
}

/** A Network has one readout. */
export function outputNotes(graph: SpikingGraph): Note[] {
  const [first, ...others] = outputNames(flattenGraph(graph));
  if (others.length === 0) return [];
  const text = `${first} is read; ${others.join(", ")} can be seen in the spikes of what feeds them`;
  return [{ level: "info", where: "readout", text }];
}

/** Of neurons with choices of their own, and of those whose law is not the node to the last bit. */
export function formNotes({ populations }: FoldedSpiking): Note[] {
  return populations.flatMap(({ name, form: { node, differences } }): Note[] => {
    const own = "discretization" in node && node.discretization ? Object.entries(node.discretization) : [];
    const text = `its own choices: ${own.map(([choice, value]) => `${choice} ${value ?? "none"}`).join(", ")}`;
    return [
      ...(own.length === 0 ? [] : [{ level: "info", where: name, text } as const]),
      ...differences.map((difference) => ({ level: "warning", where: name, text: difference }) as const),
    ];
  });
}

export function integerNotes(report: LoweredPopulation, law: Law): Note[] {
  const { name, weightSnr, unit, threshold, thresholdError, inputShift } = report;
  const weights = Number.isFinite(weightSnr)
    ? `weights ${weightSnr.toFixed(1)} dB above rounding`
    : "weights exact";
  const parts = [
    weights,
    `membrane ${range(unit, (value) => value.toPrecision(4))} a unit`,
    inputShift === 0 ? null : `inputShift ${inputShift}`,
    threshold === null
      ? "never fires"
      : `threshold ${range(threshold, String)} (off by ${percent(thresholdError)})`,
    decayText(report, law),
  ];
  const note: Note = { level: "info", where: name, text: parts.filter((part) => part !== null).join("; ") };
  return [note, ...warnings(report)];
}

function warnings({ name, weightSnr, threshold, thresholdError }: LoweredPopulation): Note[] {
  const found: string[] = [];
  if (weightSnr < poorWeights)
    found.push(
      "its weights are too different in size for their bits: take more (--weights), or none of the smallest",
    );
  if (thresholdError > poorThreshold) found.push(`its threshold of ${threshold?.[0]} integers is coarse`);
  return found.map((text) => ({ level: "warning", where: name, text }));
}

function decayText({ decayError }: LoweredPopulation, { decayV, synapse }: Law): string | null {
  const decays = synapse.kind === "none" ? [decayV] : [decayV, synapse.decayU];
  const multiplied = decays.find((decay) => decay.kind === "multiply");
  if (multiplied?.kind !== "multiply") return null;
  return `decays in 2^-${multiplied.shift}, ${multiplied.rounding}, off by ${decayError.toExponential(1)} at most`;
}

function range([low, high]: readonly [number, number], text: (value: number) => string): string {
  return low === high ? text(low) : `${text(low)}..${text(high)}`;
}

const percent = (share: number) => `${(100 * share).toPrecision(2)} %`;
