/** snnTorch's neurons: from the names of its classes to the fields of the graph, defaults filled in as they do it. */
import type { Tensor } from "../../graph/graph.ts";
import type { Recurrence } from "../../graph/spiking-neurons.ts";
import type { NodeText } from "./check-document.ts";
import type { Building } from "./nir-node.ts";
import { below, malformed, type Place } from "./place.ts";
import type { TensorText } from "./schema/tensor.ts";
import { tensorOf } from "./tensors.ts";

/** @throws SpikecError SPK-0121 */
export function snnTorchFields(node: NodeText, building: Building): Record<string, unknown> {
  const { type, fields, place } = node;
  const tensor = (key: string): Tensor | null =>
    fields[key] === undefined ? null : tensorOf(fields[key] as TensorText, below(place, key), building.read);
  const levels = fields.state_quant as readonly number[] | undefined;
  const common = {
    threshold: tensor("threshold") ?? one,
    reset: fields.reset_mechanism ?? (type === "Alpha" ? "zero" : "subtract"),
    resetDelay: fields.reset_delay ?? true,
    inhibition: fields.inhibition ?? false,
    gradedSpikesFactor: tensor("graded_spikes_factor") ?? one,
    stateLevels: levels === undefined ? null : Float32Array.from(levels).sort(),
    vInit: tensor("v_init"),
  };
  const decays = { alpha: tensor("alpha"), beta: tensor("beta") };
  switch (type) {
    case "Lapicque":
      return { ...common, ...circuitOf(tensor, place) };
    case "Leaky":
      return { ...common, beta: decays.beta };
    case "RLeaky":
      return { ...common, beta: decays.beta, recurrence: recurrenceOf(tensor, place) };
    case "RSynaptic":
      return { ...common, ...decays, recurrence: recurrenceOf(tensor, place) };
    case "Alpha":
      // What its code does there resets no membrane (specs: neuron law, presets).
      if (common.reset === "subtract")
        throw malformed(
          below(place, "reset_mechanism"),
          "Alpha knows zero and none: subtract is no reset of it",
        );
      return { ...common, ...decays, tauAlpha: tensor("tau_alpha") };
    default:
      return { ...common, ...decays };
  }
}

const one: Tensor = { shape: [], data: Float64Array.of(1) };

type TensorAt = (key: string) => Tensor | null;

/** R and C, or what beta says of them: R = 1, C = time_step / ln(1 / beta). */
function circuitOf(tensor: TensorAt, place: Place): Record<string, Tensor> {
  const [beta, R, C] = ["beta", "R", "C"].map(tensor);
  const timeStep = tensor("time_step") ?? one;
  if (beta === null) {
    if (R === null || C === null) throw malformed(place, "a Lapicque needs R and C, or beta");
    return { resistance: R, capacitance: C, timeStep };
  }
  if (R !== null || C !== null) throw malformed(below(place, "beta"), "it stands in place of R and C");
  if (beta.data.some((factor) => !(factor > 0 && factor < 1)))
    throw malformed(below(place, "beta"), "more than 0 and less than 1 is needed");
  const step = timeStep.data[0];
  const capacitance = { shape: beta.shape, data: beta.data.map((factor) => step / Math.log(1 / factor)) };
  return { resistance: one, capacitance, timeStep };
}

function recurrenceOf(tensor: TensorAt, place: Place): Recurrence {
  const [V, weight, bias] = ["V", "recurrent_weight", "recurrent_bias"].map(tensor);
  if ((V === null) === (weight === null))
    throw malformed(
      place,
      "a recurrent neuron needs V (one weight a neuron) or recurrent_weight, and not both",
    );
  if (V !== null) {
    if (bias !== null) throw malformed(below(place, "recurrent_bias"), "it belongs to recurrent_weight");
    return { kind: "oneToOne", weight: V };
  }
  return { kind: "dense", weight: weight!, bias: bias === null ? null : Float32Array.from(bias.data) };
}
