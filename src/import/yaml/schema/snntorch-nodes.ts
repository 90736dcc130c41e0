/**
 * Schemas of snnTorch's neurons, with the names and defaults of its classes (snnTorch 0.9.4, snntorch/_neurons). Recurrent
 * weights stand in the node: V for one a neuron, recurrent_weight for all to all.
 */
import { z } from "zod";
import { stateQuantSchema } from "../../nir/node-quantization.ts";
import { shapeSchema } from "./nir-nodes.ts";
import { tensorSchema } from "./tensor.ts";

const optionalTensor = tensorSchema.optional();

const common = {
  threshold: optionalTensor.describe("1 where it is not said."),
  reset_mechanism: z.enum(["subtract", "zero", "none"]).optional(),
  inhibition: z.boolean().describe("Only the neuron furthest above its threshold fires.").optional(),
  graded_spikes_factor: optionalTensor,
  state_quant: z.array(z.number()).min(1).describe("Levels that a membrane may have.").optional(),
  v_init: optionalTensor.describe("The membrane before the first step; snnTorch's init state."),
  quant: stateQuantSchema.optional(),
  shape: shapeSchema.optional(),
  metadata: z.unknown().optional(),
};

/** The classes that know reset_delay. */
const delayable = {
  ...common,
  reset_delay: z.boolean().describe("true: a spike resets the membrane in the next step.").optional(),
};

const recurrent = {
  V: optionalTensor.describe("One recurrent weight a neuron."),
  recurrent_weight: optionalTensor.describe("[neurons, neurons]: to and from."),
  recurrent_bias: optionalTensor,
};

const beta = { beta: tensorSchema };
const alphaBeta = { alpha: tensorSchema, beta: tensorSchema };

export const snnTorchSchemas = [
  [
    "Lapicque",
    z.strictObject({
      type: z.literal("Lapicque"),
      beta: optionalTensor.describe("In place of R and C: R = 1, C = time_step / ln(1 / beta)."),
      R: optionalTensor,
      C: optionalTensor,
      time_step: optionalTensor.describe("1 where it is not said."),
      ...common,
    }),
  ],
  ["Leaky", z.strictObject({ type: z.literal("Leaky"), ...beta, ...delayable })],
  ["RLeaky", z.strictObject({ type: z.literal("RLeaky"), ...beta, ...delayable, ...recurrent })],
  ["Synaptic", z.strictObject({ type: z.literal("Synaptic"), ...alphaBeta, ...delayable })],
  ["RSynaptic", z.strictObject({ type: z.literal("RSynaptic"), ...alphaBeta, ...common, ...recurrent })],
  ["Alpha", z.strictObject({ type: z.literal("Alpha"), ...alphaBeta, tau_alpha: optionalTensor, ...common })],
] as const;
