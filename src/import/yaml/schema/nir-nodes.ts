/**
 * Schemas of the nodes that NIR has, made from the table of its fields (import/nir/format.ts): the names are NIR's. What NIR
 * writes into every file may be left out here where there is one sensible value.
 */
import { z } from "zod";
import { type FieldFormat, isNirNeuron, isWeighted, type NirType, nirFormat } from "../../nir/format.ts";
import { stateQuantSchema, weightQuantSchema } from "../../nir/node-quantization.ts";
import { tensorSchema } from "./tensor.ts";
import { nodeTimeSchema, resetSchema } from "./time.ts";

const whole = (least: number) =>
  z
    .int()
    .min(Math.max(least, -(2 ** 31)))
    .max(2 ** 31 - 1);

export const shapeSchema = z
  .array(whole(1))
  .max(8)
  .meta({ id: "Shape", description: "Of one step: no batch and no time." });

/** One value, or one an axis. */
function counted(count: 1 | 2, least: number) {
  if (count === 1) return whole(least);
  const error = `a whole number of ${least} or more is needed, or two of them`;
  return z.union([whole(least), z.tuple([whole(least), whole(least)])], { error });
}

/** What a field is where the text leaves it out; fields that are not named here must be there. */
export const nirDefaults: Readonly<Record<string, unknown>> = {
  bias: 0,
  stride: 1,
  padding: 0,
  dilation: 1,
  groups: 1,
  start_dim: 0,
  end_dim: -1,
  r: 1,
  v_leak: 0,
  v_threshold: 1,
  v_reset: 0,
  w_in: 1,
};

function schemaOf({ format }: FieldFormat): z.ZodType {
  switch (format.kind) {
    case "parameter":
    case "weight":
    case "bias":
      return tensorSchema;
    case "integers":
      return counted(format.count, format.least);
    case "padding":
      return z.union([counted(format.count, 0), z.enum(["same", "valid"])], {
        error: "whole numbers of 0 or more, same or valid is needed",
      });
    case "inputShape":
      return counted(format.count, 1);
    case "shape":
    case "inputType":
      return shapeSchema;
  }
}

/** Shapes are inferred, except an Input's; a pool's windows stand side by side where no stride is given. */
function mayBeLeftOut(type: NirType, { name, format }: FieldFormat): boolean {
  if (format.kind === "shape") return type !== "Input";
  return format.kind === "inputShape" || format.kind === "inputType" || Object.hasOwn(nirDefaults, name);
}

const neuronKeys = {
  v_init: tensorSchema.describe("The membrane before the first step.").optional(),
  reset: resetSchema.optional(),
  time: nodeTimeSchema.optional(),
  quant: stateQuantSchema.optional(),
};

/** LI and LIF as snnTorch writes them: the factor by which a membrane decays in one step. */
const decayKeys = {
  beta: tensorSchema
    .describe("In place of tau and r: tau = dt / (1 - beta), r = tau / dt, so that input is added whole.")
    .optional(),
};

function nodeSchema(type: NirType) {
  const fields = nirFormat[type].map((field): [string, z.ZodType] => {
    const schema = schemaOf(field);
    const optional = mayBeLeftOut(type, field) || (field.name === "tau" && hasBeta(type));
    return [field.name, optional ? schema.optional() : schema];
  });
  return z.strictObject({
    type: z.literal(type),
    ...Object.fromEntries(fields),
    ...(type === "Input" ? {} : { shape: shapeSchema.optional() }),
    ...(isNirNeuron(type) ? neuronKeys : {}),
    ...(isWeighted(type) ? { quant: weightQuantSchema.optional() } : {}),
    ...(hasBeta(type) ? decayKeys : {}),
    metadata: z.unknown().optional(),
  });
}

export function hasBeta(type: string): boolean {
  return type === "LI" || type === "LIF";
}

export const nirSchemas = (Object.keys(nirFormat) as NirType[]).map(
  (type) => [type, nodeSchema(type)] as const,
);
