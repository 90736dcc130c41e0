/** Schemas of `time`: whose steps, how long, and single choices, named as those of Discretization with underscores. */
import { z } from "zod";
import { presetNames } from "../../../graph/discretization.ts";
import { discretizationSchema } from "../../nir/hints.ts";

/** "recurrentBiasAtT0" is recurrent_bias_at_t0 in the text. */
export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const camelCase = (name: string): string =>
  name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

const { name: _name, dt, ...choices } = discretizationSchema.shape;

const choiceKeys = Object.fromEntries(
  Object.entries(choices).map(([name, schema]) => [snakeCase(name), schema.optional()]),
);

export const timeSchema = z
  .strictObject({
    preset: z.enum(presetNames).describe("Whose steps; nir where it is not said.").optional(),
    dt: dt.describe("Seconds a step.").optional(),
    ...choiceKeys,
  })
  .meta({ id: "Time", description: "How differential equations become steps (docs/nir.md)." });

export const nodeTimeSchema = z
  .strictObject(choiceKeys)
  .meta({ id: "NodeTime", description: "Choices that differ for this node alone." });

export const resetSchema = z
  .enum(["value", "subtract", "none"])
  .describe("What a spike does to the membrane: short for time: {reset: ...}.");
