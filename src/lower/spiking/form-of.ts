/** Pass: every node with a state, as a form of the neuron law. Throws SPK-0306 for what the law cannot say. */
import type { Discretization } from "../../graph/discretization.ts";
import type { SpikingNode } from "../../graph/spiking.ts";
import type { SpikingNeuron } from "../../graph/spiking-neurons.ts";
import type { ThresholdNode } from "../../graph/spiking-operations.ts";
import { compact, type NeuronForm, plainFiring, plainForm } from "./neuron-form.ts";
import { nirForm } from "./nir-form.ts";
import { refusal } from "./refusal.ts";
import { sinabsForm } from "./sinabs-form.ts";
import { snnTorchForm } from "./snntorch-form.ts";

/** Nodes that become populations: neurons, and Threshold, which is a neuron that forgets. */
export type PopulationNode = SpikingNeuron | ThresholdNode;

const nirTypes: ReadonlySet<string> = new Set(["I", "LI", "IF", "LIF", "CubaLI", "CubaLIF"]);
const others: ReadonlySet<string> = new Set([
  ...["Lapicque", "Leaky", "RLeaky", "Synaptic", "RSynaptic", "Alpha"],
  ...["SinabsIAF", "SinabsLIF", "SinabsALIF", "SinabsExpLeak", "Threshold"],
]);

export function isPopulationNode(node: SpikingNode): node is PopulationNode {
  return nirTypes.has(node.type) || others.has(node.type);
}

/** Whether it puts its spikes out before its update: NIR's neurons that fire, under phase "before". */
export function emitsFirst(node: SpikingNode, d: Discretization): boolean {
  if (node.type !== "IF" && node.type !== "LIF" && node.type !== "CubaLIF") return false;
  return (node.discretization?.phase ?? d.phase) === "before";
}

/** leavesLate: an edge with a delay leaves the node. */
export function formOf(node: PopulationNode, d: Discretization, leavesLate: boolean): NeuronForm {
  const form = anyForm(node, d, leavesLate);
  refuseGrowth(form);
  return form;
}

function anyForm(node: PopulationNode, d: Discretization, leavesLate: boolean): NeuronForm {
  switch (node.type) {
    case "I":
    case "LI":
    case "IF":
    case "LIF":
    case "CubaLI":
    case "CubaLIF":
      return nirForm(node, d, leavesLate);
    case "SinabsIAF":
    case "SinabsLIF":
    case "SinabsALIF":
    case "SinabsExpLeak":
      return sinabsForm(node);
    case "Threshold":
      return thresholdForm(node);
    default:
      return snnTorchForm(node);
  }
}

/** 1 where x > threshold: a membrane of which a step leaves nothing. */
function thresholdForm(node: ThresholdNode): NeuronForm {
  return {
    ...plainForm,
    node,
    gain: Float64Array.of(1),
    keeps: Float64Array.of(0),
    firing: { ...plainFiring, threshold: compact(node.threshold.data), reset: { kind: "none" } },
  };
}

/** Of float32: 1 - dt / tau is no exact 0 where dt is tau. */
const rounding = 1e-6;

/** Factors of the law lie between 0 and 1. */
function refuseGrowth({ node, keeps, synapse, firing }: NeuronForm): void {
  const traces = !synapse
    ? []
    : synapse.kind === "trace"
      ? [synapse.keeps]
      : [synapse.keepsU, synapse.keepsH];
  for (const factors of [keeps, ...traces]) {
    const wrong = factors?.find((factor) => !(factor >= -rounding && factor <= 1 + rounding));
    if (wrong === undefined) continue;
    throw refusal(
      node,
      `a step leaves ${wrong} of one of its states, which is not between 0 and 1`,
      "Use a dt below its time constants, or method exp.",
    );
  }
  if (firing && firing.maxSpikes !== 1 && firing.threshold.some((threshold) => threshold <= 0))
    throw refusal(node, "it fires several times a step at a threshold of 0", "Give it a threshold above 0.");
}
