/**
 * Schemas of sinabs' neurons, with the names and defaults of its layers (sinabs 904eb89, sinabs/layers). Time constants count
 * steps; alpha_... in place of tau_... is the factor of one step, as sinabs keeps it after training.
 */
import { z } from "zod";
import { stateQuantSchema } from "../../nir/node-quantization.ts";
import { shapeSchema } from "./nir-nodes.ts";
import { tensorSchema } from "./tensor.ts";

const optionalTensor = tensorSchema.optional();

const common = {
  tau_syn: optionalTensor.describe("Steps; without it input reaches the membrane as it is."),
  alpha_syn: optionalTensor,
  min_v_mem: tensorSchema.nullable().describe("The membrane's floor.").optional(),
  recurrent_weight: optionalTensor.describe("[neurons, neurons]: to and from."),
  v_init: optionalTensor.describe("The membrane before the first step."),
  quant: stateQuantSchema.optional(),
  shape: shapeSchema.optional(),
  metadata: z.unknown().optional(),
};

const spiking = {
  spike_threshold: optionalTensor.describe("1 where it is not said."),
  spike_fn: z
    .union([z.enum(["MultiSpike", "SingleSpike"]), z.strictObject({ MaxSpike: z.int().min(1) })], {
      error: "MultiSpike, SingleSpike or {MaxSpike: n} is needed",
    })
    .optional(),
  reset_fn: z
    .union(
      [
        z.enum(["MembraneSubtract", "MembraneReset"]),
        z.strictObject({ MembraneSubtract: tensorSchema }),
        z.strictObject({ MembraneReset: z.number(), every_step: z.boolean().optional() }),
      ],
      {
        error:
          "MembraneSubtract, MembraneReset, {MembraneSubtract: amount} or {MembraneReset: value} is needed",
      },
    )
    .optional(),
};

const leaky = {
  tau_mem: optionalTensor.describe("Steps."),
  alpha_mem: optionalTensor,
  norm_input: z.boolean().describe("Multiplies input by 1 - alpha_mem.").optional(),
};

const adaptive = {
  tau_adapt: optionalTensor.describe("Steps."),
  alpha_adapt: optionalTensor,
  adapt_scale: optionalTensor.describe("1.8 where it is not said."),
};

export const sinabsSchemas = [
  ["SinabsIAF", z.strictObject({ type: z.literal("SinabsIAF"), ...spiking, ...common })],
  ["SinabsLIF", z.strictObject({ type: z.literal("SinabsLIF"), ...leaky, ...spiking, ...common })],
  [
    "SinabsALIF",
    z.strictObject({ type: z.literal("SinabsALIF"), ...leaky, ...adaptive, ...spiking, ...common }),
  ],
  ["SinabsExpLeak", z.strictObject({ type: z.literal("SinabsExpLeak"), ...leaky, ...common })],
] as const;
