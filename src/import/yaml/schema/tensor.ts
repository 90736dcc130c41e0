/** Numbers in the text form: one for all, nested lists, or a file beside the network. */
import { z } from "zod";

const number = z.number({ error: "a finite number is needed" });

const nested: z.ZodType<NestedNumbers> = z
  .lazy(() => z.union([number, z.array(nested).min(1)], { error: "numbers in lists are needed" }))
  .meta({ id: "NestedNumbers", description: "A number, or lists of lists of numbers, row by row." });

export type NestedNumbers = number | readonly NestedNumbers[];

const file = z
  .strictObject({
    file: z.string().min(1).describe("A .npy or .npz in the folder of this file; x.npz#name for one array."),
  })
  .meta({ id: "TensorFile" });

const nirFile = z
  .strictObject({
    nir: z.string().min(1).describe("A dataset of a .nir beside this file: net.nir#node/nodes/fc/weight."),
  })
  .meta({ id: "TensorNir" });

const typed = z
  .strictObject({
    values: nested,
    dtype: z.enum(["float32", "float64"]).describe("float64 where it is not said."),
  })
  .meta({ id: "TensorTyped" });

export const tensorSchema = z
  .union([number, z.array(nested).min(1), file, nirFile, typed], {
    error: "a number, nested lists of numbers, {file: ...}, {nir: ...} or {values, dtype} is needed",
  })
  .meta({ id: "Tensor", description: "One number stands for all neurons." });

export type TensorText = z.infer<typeof tensorSchema>;
