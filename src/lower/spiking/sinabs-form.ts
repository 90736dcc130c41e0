/**
 * sinabs' neurons as forms: compare with >=, several spikes a step, a synaptic trace that decays with what has just arrived,
 * a floor. Thresholds that adapt have no place in the law.
 */
import type { Tensor } from "../../graph/graph.ts";
import type { SinabsExpLeakNode, SinabsNode } from "../../graph/spiking-neurons.ts";
import { compact, type FiringForm, type NeuronForm, plainFiring, plainForm } from "./neuron-form.ts";
import { refusal } from "./refusal.ts";

const values = (tensor: Tensor): Float64Array => compact(Float32Array.from(tensor.data));

export function sinabsForm(node: SinabsNode): NeuronForm {
  if (node.type === "SinabsALIF")
    throw refusal(
      node,
      "its threshold rises with its own spikes, and thresholds of the neuron law are constant",
      "Use LIF, which sinabs has without adaptation.",
    );
  const keeps = "alphaMem" in node ? values(node.alphaMem) : null;
  const normalized = "normInput" in node && node.normInput && keeps !== null;
  return {
    ...plainForm,
    node,
    gain: normalized ? keeps.map((factor) => 1 - factor) : Float64Array.of(1),
    synapse: node.alphaSyn ? { kind: "trace", keeps: values(node.alphaSyn), order: "addThenDecay" } : null,
    keeps,
    firing: node.type === "SinabsExpLeak" ? null : firingOf(node),
    floor: node.minVMem ? values(node.minVMem) : null,
    vInit: node.vInit ? values(node.vInit) : plainForm.vInit,
    recurrence: node.recurrentWeight ? { kind: "dense", weight: node.recurrentWeight, bias: null } : null,
    differences:
      node.type === "SinabsExpLeak" && node.minVMem
        ? ["its membrane is read after the floor, not before it"]
        : [],
  };
}

function firingOf(node: Exclude<SinabsNode, SinabsExpLeakNode>): FiringForm {
  const { reset, spikes } = node;
  if (reset.kind === "value" && reset.everyStep && reset.value !== 0)
    throw refusal(
      node,
      `its reset adds ${reset.value} to the membrane at every step`,
      "Reset to 0, or by subtraction.",
    );
  return {
    ...plainFiring,
    threshold: values(node.threshold),
    compare: "ge",
    maxSpikes: spikes.kind === "multi" ? 0 : spikes.kind === "single" ? 1 : spikes.maximum,
    reset:
      reset.kind === "value"
        ? { kind: "zero", value: Float64Array.of(reset.value) }
        : { kind: "subtract", amount: reset.amount ? values(reset.amount) : null },
  };
}
