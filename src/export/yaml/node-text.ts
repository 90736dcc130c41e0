/** One node of a SpikingGraph as keys of the text form: NIR's along its own table, snnTorch's and sinabs' by their names. */
import type { FloatArray, Tensor } from "../../graph/graph.ts";
import type { SpikingNode } from "../../graph/spiking.ts";
import type {
  AlphaNode,
  Recurrence,
  SinabsNode,
  SinabsReset,
  SnnTorchNode,
  SpikeFunction,
} from "../../graph/spiking-neurons.ts";
import { type FieldFormat, isNirType, nirFormat } from "../../import/nir/format.ts";
import { quantText } from "../../import/nir/node-quantization.ts";
import { snakeCase } from "../../import/yaml/schema/time.ts";
import { mapText, metadataText, numberText, textOf } from "./yaml-text.ts";

/** How a tensor is written: in the text, or in a file beside it under this name. */
export type WriteTensor = (tensor: Tensor, field: string) => string;

/** [key, YAML] in the order of the text. */
type Keys = readonly (readonly [string, string])[];

/** All keys of a node but NIRGraph's. */
export function nodeKeys(node: SpikingNode, write: WriteTensor): Keys {
  const metadata: Keys = node.metadata === null ? [] : [["metadata", metadataText(node.metadata)]];
  return [["type", node.type], ...fieldsOf(node, write), ...quantKeys(node), ...metadata];
}

/** What the node says of its own integers. */
function quantKeys(node: SpikingNode): Keys {
  if (!("quantization" in node) || node.quantization === undefined) return [];
  const words = Object.entries(quantText(node.quantization));
  return [["quant", mapText(words.map(([key, value]) => [key, String(value)] as const))]];
}

function fieldsOf(node: SpikingNode, write: WriteTensor): Keys {
  if (isNirType(node.type)) {
    const fields = nirFormat[node.type].flatMap((field) => nirField(field, node, write));
    return [...fields, ...neuronFields(node, write)];
  }
  if (node.type.startsWith("Sinabs")) return sinabsFields(node as SinabsNode, write);
  return snnTorchFields(node as SnnTorchNode, write);
}

function nirField({ name, key, format }: FieldFormat, node: SpikingNode, write: WriteTensor): Keys {
  const value = (node as unknown as Record<string, unknown>)[key];
  switch (format.kind) {
    case "parameter":
    case "weight":
      return [[name, write(value as Tensor, name)]];
    case "bias": {
      const data = value as FloatArray;
      return [[name, write({ shape: [data.length], data }, name)]];
    }
    case "shape":
      return [["shape", integersText(node.shape)]];
    case "inputType":
      return [];
    default:
      return value === null ? [] : [[name, integersText(value as string | number | readonly number[])]];
  }
}

function integersText(value: string | number | readonly number[]): string {
  return typeof value === "object" ? `[${value.join(", ")}]` : String(value);
}

/** What NIR has no field for. */
function neuronFields(node: SpikingNode, write: WriteTensor): Keys {
  if (!("vInit" in node && "discretization" in node)) return [];
  const { vInit, discretization } = node;
  const choices = Object.entries(discretization ?? {}).map(
    ([name, value]) => [snakeCase(name), String(value)] as const,
  );
  return [
    ...optional("v_init", vInit, write),
    ...(choices.length > 0 ? [["time", mapText(choices)] as const] : []),
  ];
}

function optional(key: string, tensor: Tensor | null, write: WriteTensor): Keys {
  return tensor === null ? [] : [[key, write(tensor, key)]];
}

function snnTorchFields(node: SnnTorchNode, write: WriteTensor): Keys {
  const { threshold, gradedSpikesFactor, stateLevels, vInit } = node;
  const knowsDelay = node.type === "Leaky" || node.type === "RLeaky" || node.type === "Synaptic";
  return [
    ...snnTorchParameters(node, write),
    ["threshold", write(threshold, "threshold")],
    ["reset_mechanism", node.reset],
    ...(knowsDelay ? [["reset_delay", String(node.resetDelay)] as const] : []),
    ["inhibition", String(node.inhibition)],
    ["graded_spikes_factor", write(gradedSpikesFactor, "graded_spikes_factor")],
    ...(stateLevels === null
      ? []
      : [
          [
            "state_quant",
            `[${Array.from(stateLevels, (level) => numberText(level, true)).join(", ")}]`,
          ] as const,
        ]),
    ...optional("v_init", vInit, write),
  ];
}

function snnTorchParameters(node: SnnTorchNode, write: WriteTensor): Keys {
  switch (node.type) {
    case "Lapicque":
      return [
        ["R", write(node.resistance, "R")],
        ["C", write(node.capacitance, "C")],
        ["time_step", write(node.timeStep, "time_step")],
      ];
    case "Leaky":
      return [["beta", write(node.beta, "beta")]];
    case "RLeaky":
      return [["beta", write(node.beta, "beta")], ...recurrenceKeys(node.recurrence, write)];
    case "RSynaptic":
      return [...decayKeys(node, write), ...recurrenceKeys(node.recurrence, write)];
    case "Alpha":
      return [...decayKeys(node, write), ...optional("tau_alpha", node.tauAlpha, write)];
    case "Synaptic":
      return decayKeys(node, write);
  }
}

function decayKeys({ alpha, beta }: Pick<AlphaNode, "alpha" | "beta">, write: WriteTensor): Keys {
  return [
    ["alpha", write(alpha, "alpha")],
    ["beta", write(beta, "beta")],
  ];
}

function recurrenceKeys(recurrence: Recurrence, write: WriteTensor): Keys {
  if (recurrence.kind === "oneToOne") return [["V", write(recurrence.weight, "V")]];
  const { weight, bias } = recurrence;
  const biasTensor = bias === null ? null : { shape: [bias.length], data: bias };
  return [
    ["recurrent_weight", write(weight, "recurrent_weight")],
    ...optional("recurrent_bias", biasTensor, write),
  ];
}

function sinabsFields(node: SinabsNode, write: WriteTensor): Keys {
  const leaky: Keys =
    node.type === "SinabsIAF"
      ? []
      : [
          ["alpha_mem", write(node.alphaMem, "alpha_mem")],
          ["norm_input", String(node.normInput)],
        ];
  const adaptive: Keys =
    node.type !== "SinabsALIF"
      ? []
      : [
          ["alpha_adapt", write(node.alphaAdapt, "alpha_adapt")],
          ["adapt_scale", write(node.adaptScale, "adapt_scale")],
        ];
  const spiking: Keys =
    node.type === "SinabsExpLeak"
      ? []
      : [
          ["spike_threshold", write(node.threshold, "spike_threshold")],
          ["spike_fn", spikesText(node.spikes)],
          ["reset_fn", resetText(node.reset, write)],
        ];
  return [
    ...leaky,
    ...adaptive,
    ...spiking,
    ...optional("min_v_mem", node.minVMem, write),
    ...optional("alpha_syn", node.alphaSyn, write),
    ...optional("recurrent_weight", node.recurrentWeight, write),
    ...optional("v_init", node.vInit, write),
  ];
}

function spikesText(spikes: SpikeFunction): string {
  if (spikes.kind === "max") return mapText([["MaxSpike", String(spikes.maximum)]]);
  return textOf(spikes.kind === "multi" ? "MultiSpike" : "SingleSpike");
}

function resetText(reset: SinabsReset, write: WriteTensor): string {
  if (reset.kind === "subtract")
    return reset.amount === null
      ? "MembraneSubtract"
      : mapText([["MembraneSubtract", write(reset.amount, "reset_amount")]]);
  const value = numberText(reset.value, false);
  return mapText([
    ["MembraneReset", value],
    ["every_step", String(reset.everyStep)],
  ]);
}
