/**
 * Hints in a .nir file: NIR says nothing about time steps or integers, so what spikec knows of them travels as JSON in the
 * metadata group `spikec`, where other readers of NIR pass it by. A hint that cannot be read is a warning, never an error.
 */
import { z } from "zod";
import { type Discretization, isPresetName } from "../../graph/discretization.ts";
import type { Note } from "../../graph/graph.ts";
import type { Metadata } from "../../graph/spiking.ts";
import { hintsName } from "./format.ts";
import { below, type Place, warning } from "./refusal.ts";

const positive = z.number().positive();

export const discretizationSchema = z.strictObject({
  name: z.string().refine(isPresetName),
  dt: positive,
  tauUnit: z.enum(["seconds", "steps"]),
  method: z.enum(["euler", "exp"]),
  form: z.enum(["complement", "increment"]),
  rate: z.enum(["quotient", "reciprocal"]),
  input: z.enum(["hold", "dirac"]),
  integratorInput: z.enum(["hold", "dirac"]),
  resistance: z.enum(["honoured", "cuba", "ignored"]),
  gain: z.enum(["input", "threshold"]),
  currentRest: z.enum(["zero", "leak"]),
  synapseOrder: z.enum(["decayThenAdd", "addThenDecay"]),
  synapse: z.enum(["new", "previous"]),
  compare: z.enum(["gt", "ge"]),
  spikes: z.enum(["single", "multi"]),
  reset: z.enum(["value", "subtract", "none"]),
  phase: z.enum(["after", "before"]),
  lateReset: z.boolean(),
  vFloor: z.number().nullable(),
  vInit: z.enum(["zero", "leak"]),
  recurrentBiasAtT0: z.boolean(),
  outputDelay: z.int().nonnegative(),
}) satisfies z.ZodType<Discretization>;

/** How one node's weights were quantized: weight = scale * integer. */
const layerSchema = z.strictObject({
  node: z.string(),
  weightBits: z.int().min(1).max(32),
  /** One, or one an output channel. */
  weightScale: z.array(positive).min(1),
});

const quantizationSchema = z.strictObject({
  timesteps: z.int().positive(),
  layers: z.array(layerSchema),
});

/** What the weights of a quantized network were, for whoever quantizes it again. */
export type QuantizationHint = z.infer<typeof quantizationSchema>;

export const hintNames = { discretization: "discretization", quantization: "quantization" } as const;

/** The discretization that the file was written with, or null. */
export function readHints(metadata: Metadata | null, place: Place, notes: Note[]): Discretization | null {
  return hintOf(metadata, hintNames.discretization, discretizationSchema, place, notes);
}

/** Choices of one node, from its own metadata, or null. */
export function partialDiscretizationHint(
  metadata: Metadata | null,
  place: Place,
  notes: Note[],
): Partial<Discretization> | null {
  const schema = discretizationSchema.partial();
  return hintOf(metadata, hintNames.discretization, schema, place, notes) as Partial<Discretization> | null;
}

/** The quantization that the file was written with, or null. */
export function readQuantizationHint(metadata: Metadata | null): QuantizationHint | null {
  return hintOf(metadata, hintNames.quantization, quantizationSchema, { file: "", path: "" }, []);
}

/** What the hint of that name says; null where there is none, or, with a note, none that is understood. */
export function hintOf<T>(
  metadata: Metadata | null,
  name: string,
  schema: z.ZodType<T>,
  place: Place,
  notes: Note[],
): T | null {
  const hints = metadata?.get(hintsName);
  const text = hints instanceof Map ? hints.get(name) : undefined;
  if (text === undefined) return null;
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const what = `this hint is not understood and left aside: ${issue.path.join(".")} ${issue.message}`;
  notes.push(warning(below(place, "metadata", hintsName, name), what));
  return null;
}

function parseJson(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}
