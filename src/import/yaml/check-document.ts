/**
 * A tree held against the schema: keys, types and ranges of values, node by node, so that each message speaks of one node
 * type. What comes out has the right form; whether it makes a network is for the files behind this one.
 */
import type { z } from "zod";
import type { SpikecError } from "../../errors/error.ts";
import { suggestion } from "./nearest.ts";
import { below, formatPlace, malformed, type Place } from "./place.ts";
import {
  type DocumentText,
  documentSchema,
  leafSchemas,
  subgraphSchema,
  type WiringText,
} from "./schema/schema.ts";
import { plainTree, type Tree } from "./tree.ts";

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

function partAt({ tree, path }: Place): Tree | undefined {
  let part: Tree | undefined = tree;
  for (const step of path) {
    if (part?.kind === "map") part = part.entries.get(String(step))?.value;
    else part = part?.kind === "list" ? part.items[Number(step)] : undefined;
  }
  return part;
}

function complaint(issue: z.core.$ZodIssue, place: Place, schema: z.ZodType): SpikecError {
  const at = below(place, ...issue.path);
  if (issue.code === "unrecognized_keys") {
    const [key] = issue.keys;
    const known = keysAt(schema, issue.path);
    const list = known.length > 0 ? ` (known: ${known.join(", ")})` : "";
    const what = `there is no key ${JSON.stringify(key.slice(0, 100))} here${suggestion(key, known) || list}`;
    const error = malformed(below(at, key), what);
    return Object.assign(error, { where: formatPlace(below(at, key), true) });
  }
  if (partAt(at) === undefined) {
    const key = String(issue.path.at(-1) ?? "");
    return malformed(below(place, ...issue.path.slice(0, -1)), `the key ${key} is missing`);
  }
  return malformed(at, wordsOf(issue));
}

const kindNames: Readonly<Record<string, string>> = {
  object: "a group of keys",
  array: "a list",
  number: "a number",
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
};

/** What is wrong in our words, where the schema has none of its own. */
function wordsOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.message.startsWith("Invalid input")
        ? `${kindNames[issue.expected] ?? issue.expected} is needed`
        : issue.message;
    case "invalid_value":
      if (!issue.message.startsWith("Invalid")) return issue.message;
      return `one of these is needed: ${issue.values.map(String).join(", ")}${suggestion(String(issue.input ?? ""), issue.values.map(String))}`;
    case "too_small":
      return `${issue.minimum} or more is needed`;
    case "too_big":
      return `${issue.maximum} or less is needed`;
    default:
      return issue.message;
  }
}

/** The keys that the schema knows at a path; empty where several forms are possible. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here: unknown = schema;
  for (const step of path) here = inner(here, step);
  const { shape } = unwrapped(here) as { shape?: object };
  return shape === undefined ? [] : Object.keys(shape);
}

function inner(schema: unknown, step: PropertyKey): unknown {
  const { shape, element } = unwrapped(schema) as {
    shape?: Readonly<Record<PropertyKey, unknown>>;
    element?: unknown;
  };
  return shape?.[step] ?? element ?? {};
}

/** Optional and nullable schemas hold the one that matters. */
function unwrapped(schema: unknown): object {
  let here = schema as { unwrap?: () => unknown };
  while (typeof here.unwrap === "function" && !("element" in here)) here = here.unwrap() as typeof here;
  return here;
}
