/**
 * The schema of the text form, the only place that knows its keys: the reader checks files by it, and the JSON Schema that
 * editors use is made from it.
 */
import { z } from "zod";
import { nirSchemas } from "./nir-nodes.ts";
import { sinabsSchemas } from "./sinabs-nodes.ts";
import { snnTorchSchemas } from "./snntorch-nodes.ts";
import { stimulusSchema } from "./stimulus.ts";
import { timeSchema } from "./time.ts";

/** Bears the version of the text form. */
export const formatName = "snn/1";

const name = z.string({ error: "the name of a node is needed" });

const edgeSchema = z
  .union(
    [
      z.tuple([name, name]),
      z.strictObject({
        from: name,
        to: name,
        delay: z
          .int()
          .min(0)
          .max(2 ** 20)
          .describe("Steps.")
          .optional(),
      }),
    ],
    { error: "[from, to] or {from, to, delay} is needed, delay being whole steps" },
  )
  .meta({ id: "Edge" });

const chainSchema = z
  .union([z.array(name).min(2), z.array(z.array(name).min(2)).min(1)], {
    error: "a list of two names or more, or several such lists, is needed",
  })
  .meta({ id: "Chain", description: "Nodes in a row: an edge from each to the next." });

/** The keys of what joins nodes, in a file and in a nested graph. */
const wiring = {
  edges: z.array(edgeSchema).optional(),
  chain: chainSchema.optional(),
};

/** By type; NIRGraph is checked node by node, as the file itself. */
export const leafSchemas: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ...nirSchemas,
  ...snnTorchSchemas,
  ...sinabsSchemas,
]);

/** Nodes are checked one by one, each by the schema of its type: messages then speak of that type only. */
const unchecked = z.unknown();

const subgraphKeys = { type: z.literal("NIRGraph"), metadata: z.unknown().optional(), ...wiring };

export const subgraphSchema = z.strictObject({ ...subgraphKeys, nodes: unchecked });

const documentKeys = {
  format: z.literal(formatName, { error: `format: ${formatName} is needed` }),
  name: z.string().optional(),
  description: z.string().optional(),
  time: timeSchema.optional(),
  ...wiring,
  stimulus: stimulusSchema.optional(),
  nir_version: z.string().describe("The version that a .nir file bore.").optional(),
  metadata: z.unknown().optional(),
};

export const documentSchema = z.strictObject({ ...documentKeys, nodes: unchecked });

export type DocumentText = z.infer<typeof documentSchema>;
export type WiringText = Pick<DocumentText, "edges" | "chain">;

/** JSON Schema, draft 2020-12, of a whole file. */
export function jsonSchema(): object {
  const nodeSchema: z.ZodType = z
    .lazy(() =>
      z.union([
        z.strictObject({ ...subgraphKeys, nodes: z.record(z.string(), nodeSchema) }),
        ...[...leafSchemas].map(([type, schema]) => schema.meta({ id: type })),
      ]),
    )
    .meta({ id: "Node" });
  const whole = z.strictObject({ ...documentKeys, nodes: z.record(z.string(), nodeSchema) });
  return {
    title: "A spiking network as text (.snn.yaml)",
    ...z.toJSONSchema(whole, { io: "input", target: "draft-2020-12" }),
  };
}
