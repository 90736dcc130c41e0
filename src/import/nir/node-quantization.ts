/**
 * What a node says of its own integers, as files write it: `quant` in the text form, and the same words as JSON in the
 * metadata `spikec` of a node of a .nir file, where it is a hint.
 */
import { z } from "zod";
import type { Note } from "../../graph/graph.ts";
import type { Metadata } from "../../graph/spiking.ts";
import type { StateQuantization, WeightQuantization } from "../../graph/spiking-quantization.ts";
import { isNirNeuron, isWeighted } from "./format.ts";
import { hintOf } from "./hints.ts";
import type { Place } from "./refusal.ts";

export const nodeQuantizationName = "quantization";

export const weightQuantSchema = z
  .strictObject({
    bits: z.int().min(2).max(16).describe("Bits of a weight, its sign among them.").optional(),
    scale: z.enum(["per_layer", "per_channel"]).describe("What shares a factor.").optional(),
  })
  .refine(({ bits, scale }) => bits !== undefined || scale !== undefined, "bits or scale is needed")
  .meta({
    id: "WeightQuant",
    description: "The integers of these weights, in place of the options' choice.",
  });

export const stateQuantSchema = z
  .strictObject({
    state_bits: z
      .int()
      .min(8)
      .max(32)
      .describe("Bits of membrane and traces, which saturate at the ends of their range."),
  })
  .meta({ id: "StateQuant", description: "The integers of these states." });

export type QuantText = z.infer<typeof weightQuantSchema> | z.infer<typeof stateQuantSchema>;

/** In the words of the graph. */
export function quantizationOf(text: QuantText): WeightQuantization | StateQuantization {
  if ("state_bits" in text) return { stateBits: text.state_bits };
  const { bits, scale } = text;
  return {
    ...(bits === undefined ? {} : { bits }),
    ...(scale === undefined ? {} : { scale: scale === "per_layer" ? "layer" : "channel" }),
  };
}

/** In the words of files. */
export function quantText(quantization: WeightQuantization | StateQuantization): QuantText {
  if ("stateBits" in quantization) return { state_bits: quantization.stateBits };
  const { bits, scale } = quantization;
  return {
    ...(bits === undefined ? {} : { bits }),
    ...(scale === undefined ? {} : { scale: `per_${scale}` as const }),
  };
}

/** The field of a node of a .nir file, or none. */
export function readNodeQuantization(
  type: string,
  metadata: Metadata | null,
  place: Place,
  notes: Note[],
): { readonly quantization?: WeightQuantization | StateQuantization } {
  if (!isNirNeuron(type) && !isWeighted(type)) return {};
  const schema: z.ZodType<QuantText> = isNirNeuron(type) ? stateQuantSchema : weightQuantSchema;
  const hint = hintOf(metadata, nodeQuantizationName, schema, place, notes);
  return hint === null ? {} : { quantization: quantizationOf(hint) };
}
