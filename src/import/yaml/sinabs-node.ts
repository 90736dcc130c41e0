/**
 * sinabs' neurons: from the names of its layers to the fields of the graph. A time constant of tau steps is the factor
 * exp(-1 / tau) of one step, in float32 as torch computes it (exp may differ in the last bit between libraries).
 */
import type { Tensor } from "../../graph/graph.ts";
import type { SinabsReset, SpikeFunction } from "../../graph/spiking-neurons.ts";
import type { NodeText } from "./check-document.ts";
import type { Building } from "./nir-node.ts";
import { below, malformed, type Place } from "./place.ts";
import type { TensorText } from "./schema/tensor.ts";
import { type ReadTensors, tensorOf } from "./tensors.ts";

const { fround } = Math;

/** @throws SpikecError SPK-0121 */
export function sinabsFields(node: NodeText, { read }: Building): Record<string, unknown> {
  const { type, fields, place } = node;
  const tensor: TensorAt = (key) =>
    fields[key] === undefined || fields[key] === null
      ? null
      : tensorOf(fields[key] as TensorText, below(place, key), read);
  const common = {
    minVMem: tensor("min_v_mem"),
    alphaSyn: factorOf("syn", tensor, place),
    recurrentWeight: tensor("recurrent_weight"),
    vInit: tensor("v_init"),
  };
  const spiking = {
    threshold: tensor("spike_threshold") ?? scalar(1),
    spikes: spikesOf(fields.spike_fn as SpikesText | undefined),
    reset: resetOf(fields.reset_fn as ResetText | undefined, below(place, "reset_fn"), read),
  };
  if (type === "SinabsIAF") return { ...common, ...spiking };
  // ExpLeak alone adds its input as it is where nothing is said (sinabs/layers/exp_leak.py).
  const normInput = fields.norm_input ?? type !== "SinabsExpLeak";
  const leaky = { ...common, alphaMem: required("mem", tensor, place), normInput };
  if (type === "SinabsExpLeak") return leaky;
  if (type === "SinabsLIF") return { ...leaky, ...spiking };
  const adaptScale = tensor("adapt_scale") ?? scalar(1.8);
  return { ...leaky, ...spiking, alphaAdapt: required("adapt", tensor, place), adaptScale };
}

type TensorAt = (key: string) => Tensor | null;

const scalar = (value: number): Tensor => ({ shape: [], data: Float64Array.of(value) });

/** alpha_... as it is, or from tau_...; null where there is neither. */
function factorOf(which: string, tensor: TensorAt, place: Place): Tensor | null {
  const [alpha, tau] = [tensor(`alpha_${which}`), tensor(`tau_${which}`)];
  if (tau === null) return alpha;
  const at = below(place, `tau_${which}`);
  if (alpha !== null) throw malformed(at, `alpha_${which} says the same, and is given too`);
  if (tau.data.some((steps) => !(steps > 0))) throw malformed(at, "more than 0 steps is needed");
  const data = Float32Array.from(tau.data, (steps) => Math.exp(fround(-1 / fround(steps))));
  return { shape: tau.shape, data };
}

function required(which: string, tensor: TensorAt, place: Place): Tensor {
  const factor = factorOf(which, tensor, place);
  if (factor === null) throw malformed(place, `the key tau_${which} is missing (or alpha_${which})`);
  return factor;
}

type SpikesText = "MultiSpike" | "SingleSpike" | { readonly MaxSpike: number };

function spikesOf(text: SpikesText = "MultiSpike"): SpikeFunction {
  if (typeof text === "object") return { kind: "max", maximum: text.MaxSpike };
  return { kind: text === "MultiSpike" ? "multi" : "single" };
}

type ResetText =
  | "MembraneSubtract"
  | "MembraneReset"
  | { readonly MembraneSubtract: TensorText }
  | { readonly MembraneReset: number; readonly every_step?: boolean };

function resetOf(text: ResetText = "MembraneSubtract", place: Place, read: ReadTensors): SinabsReset {
  if (text === "MembraneSubtract") return { kind: "subtract", amount: null };
  if (text === "MembraneReset") return { kind: "value", value: 0, everyStep: false };
  if ("MembraneSubtract" in text) {
    const amount = tensorOf(text.MembraneSubtract, below(place, "MembraneSubtract"), read);
    return { kind: "subtract", amount };
  }
  return { kind: "value", value: text.MembraneReset, everyStep: text.every_step ?? false };
}
