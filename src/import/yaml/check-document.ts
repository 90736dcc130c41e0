/**
 * A tree held against the schema: keys, types and ranges of values, node by node, so that each message speaks of one node
 * type. What comes out has the right form; whether it makes a network is for the files behind this one.
 */
import type { z } from "zod";
import { complaint } from "./complaint.ts";
import { suggestion } from "./nearest.ts";
import { below, malformed, type Place, partAt } from "./place.ts";
import {
  type DocumentText,
  documentSchema,
  leafSchemas,
  subgraphSchema,
  type WiringText,
} from "./schema/schema.ts";
import { plainTree } from "./tree.ts";

/** Of one node: its keys, checked. */
export type Fields = Readonly<Record<string, unknown>>;

export interface NodeText {
  readonly name: string;
  readonly type: string;
  readonly fields: Fields;
  readonly place: Place;
  /** Of a NIRGraph: what is in it. */
  readonly inside: NetworkText | null;
}

export interface NetworkText {
  readonly nodes: readonly NodeText[];
  readonly wiring: WiringText;
  readonly place: Place;
}

/** @throws SpikecError SPK-0121 with line and key */
export function checkDocument(place: Place): { document: DocumentText; network: NetworkText } {
  const document = checked(documentSchema, place);
  return { document, network: { nodes: nodesOf(place), wiring: document, place } };
}

function nodesOf(place: Place): NodeText[] {
  const at = below(place, "nodes");
  const nodes = partAt(at);
  if (nodes?.kind !== "map" || nodes.entries.size === 0)
    throw malformed(at, "nodes by their names are needed: {name: {type: ...}}");
  return Array.from(nodes.entries.keys(), (name) => nodeOf(name, below(at, name)));
}

const typeNames = ["NIRGraph", ...leafSchemas.keys()];

function nodeOf(name: string, place: Place): NodeText {
  const node = partAt(place);
  if (node?.kind !== "map") throw malformed(place, "a node is needed: {type: ..., ...}");
  const given = node.entries.get("type")?.value;
  if (given === undefined) throw malformed(place, "the node has no type");
  const type = given.kind === "plain" ? String(given.value) : "";
  if (type === "NIRGraph") {
    const fields = checked(subgraphSchema, place);
    return { name, type, fields, place, inside: { nodes: nodesOf(place), wiring: fields, place } };
  }
  const schema = leafSchemas.get(type);
  if (schema === undefined) {
    const what = `there is no node of type ${JSON.stringify(type.slice(0, 100))}${suggestion(type, typeNames)}`;
    throw malformed(below(place, "type"), what);
  }
  return { name, type, fields: checked(schema, place) as Fields, place, inside: null };
}

function checked<Value>(schema: z.ZodType<Value>, place: Place): Value {
  const part = partAt(place);
  const parsed = schema.safeParse(part === undefined ? undefined : plainTree(part), { reportInput: true });
  if (parsed.success) return parsed.data;
  // A misspelt key is also a missing one: the former says more.
  const { issues } = parsed.error;
  throw complaint(issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0], place, schema);
}
