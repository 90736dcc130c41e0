/** Schema of `stimulus`: what goes into the network when nobody gives a file of samples. */
import { z } from "zod";
import { tensorSchema } from "./tensor.ts";

const step = z
  .int()
  .min(0)
  .max(2 ** 24);

export const driveSchema = z
  .strictObject({
    input: z.string().describe("Name of the Input; where there is only one it need not be said.").optional(),
    value: tensorSchema
      .describe("For all neurons, or of the shape of the Input; 1 where it is not said.")
      .optional(),
    from: step.describe("First step; 0 where it is not said.").optional(),
    to: step.describe("The step at which it ends, that one not included.").optional(),
    every: step.min(1).describe("In every so manyeth step only.").optional(),
    at: z.array(step).min(1).describe("In these steps only.").optional(),
    values: tensorSchema
      .describe("[steps] for all neurons, or [steps, ...shape]: in place of value.")
      .optional(),
  })
  .meta({ id: "Drive", description: "One of the things that go in; those that overlap are added up." });

export const stimulusSchema = z
  .strictObject({
    steps: step.min(1),
    drive: z.array(driveSchema),
  })
  .meta({ id: "Stimulus", description: "One sample." });

export type DriveText = z.infer<typeof driveSchema>;
export type StimulusText = z.infer<typeof stimulusSchema>;
