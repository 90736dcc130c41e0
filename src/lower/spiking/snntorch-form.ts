/**
 * snnTorch's neurons as forms (docs/law.md, "Presets"). A reset by subtraction is delayed by a step; a reset to zero wipes
 * out the whole update of the step after the spike, which is a hard reset and one refractory step; Leaky alone keeps that
 * step's input, which is a hard reset and nothing else.
 */
import { tauAlpha } from "../../graph/evaluate-spiking/snntorch-alpha.ts";
import type { Tensor } from "../../graph/graph.ts";
import type { AlphaNode, SnnTorchNode } from "../../graph/spiking-neurons.ts";
import { combine, compact, type FiringForm, type NeuronForm, plainFiring, plainForm } from "./neuron-form.ts";
import { refusal } from "./refusal.ts";

const values = (tensor: Tensor): Float64Array => compact(Float32Array.from(tensor.data));
/** snnTorch clamps the factors of all its neurons but Alpha's. */
const clamped = (tensor: Tensor): Float64Array =>
  values(tensor).map((factor) => Math.min(Math.max(factor, 0), 1));

export function snnTorchForm(node: SnnTorchNode): NeuronForm {
  refuseOptions(node);
  if (node.type === "Alpha") return alphaForm(node);
  const base = {
    ...plainForm,
    node,
    gain: Float64Array.of(1),
    firing: firingOf(node, node.type === "Leaky" || !delays(node) ? 0 : 1),
    vInit: node.vInit ? values(node.vInit) : plainForm.vInit,
    recurrence: "recurrence" in node ? node.recurrence : null,
    differences: !delays(node) && node.reset === "subtract" ? [resetAtOnce] : [],
  };
  if (node.type === "Lapicque") {
    const timeConstant = combine(values(node.resistance), values(node.capacitance), (r, c) => r * c);
    const share = combine(values(node.timeStep), timeConstant, (dt, rc) => dt / rc);
    return {
      ...base,
      gain: combine(share, values(node.resistance), (a, r) => a * r),
      keeps: share.map((a) => 1 - a),
    };
  }
  const keeps = clamped(node.beta);
  if (node.type === "Leaky" || node.type === "RLeaky") return { ...base, keeps };
  return { ...base, keeps, synapse: { kind: "trace", keeps: clamped(node.alpha), order: "decayThenAdd" } };
}

const resetAtOnce =
  "a membrane that its reset leaves above threshold is compared with one threshold, not with two, in the next step";

/** Whether a spike resets the membrane in the next step only. */
function delays(node: SnnTorchNode): boolean {
  const alwaysDelays = node.type === "Lapicque" || node.type === "RSynaptic" || node.type === "Alpha";
  return alwaysDelays || node.resetDelay;
}

/** refractory: steps at zero after a spike that is reset to zero. */
function firingOf(node: SnnTorchNode, refractory: number): FiringForm {
  const { reset } = node;
  const shared = {
    ...plainFiring,
    threshold: values(node.threshold),
    worth: values(node.gradedSpikesFactor),
  };
  if (reset === "none") return { ...shared, reset: { kind: "none" } };
  if (reset === "zero") return { ...shared, refractory, reset: { kind: "zero", value: Float64Array.of(0) } };
  const resetTiming = delays(node) ? "delayed" : "immediate";
  return { ...shared, resetTiming, reset: { kind: "subtract", amount: null } };
}

/** e' = alpha e + x, h' = beta h + x, m = tauAlpha (e - h). */
function alphaForm(node: AlphaNode): NeuronForm {
  if (node.reset === "subtract")
    throw refusal(
      node,
      'Alpha with reset "subtract" resets its traces in a way that no neuron does',
      'Train with reset_mechanism "zero" or "none".',
    );
  const [alpha, beta] = [values(node.alpha), values(node.beta)];
  const resets = node.reset === "zero";
  const gain = node.tauAlpha ? values(node.tauAlpha) : combine(alpha, beta, tauAlpha);
  return {
    ...plainForm,
    node,
    gain: Float64Array.of(1),
    synapse: { kind: "alpha", keepsU: alpha, keepsH: beta, gain, resets },
    firing: { ...firingOf(node, 1), refractoryHoldsSynapse: resets },
    vInit: node.vInit ? values(node.vInit) : plainForm.vInit,
  };
}

function refuseOptions(node: SnnTorchNode): void {
  if (node.inhibition)
    throw refusal(
      node,
      "inhibition lets only the largest membrane of a row spike, which the neuron law cannot say",
      "Train without inhibition=True.",
    );
  if (node.stateLevels)
    throw refusal(
      node,
      "state_quant rounds its states to levels of its own",
      "Leave state_quant out: the integers of the law are levels already (--state-bits).",
    );
  const [threshold, start] = [values(node.threshold), node.vInit ? values(node.vInit) : plainForm.vInit];
  const above = combine(start, threshold, (v, limit) => Number(v > limit));
  if (node.reset !== "none" && above.some((is) => is === 1))
    throw refusal(node, "it starts above its threshold", "Start it at or below threshold.");
}
