/** What a schema finds wrong, as an error of ours: the line, the keys, what is needed there, and the name that may be meant. */
import type { z } from "zod";
import { SpikecError } from "../../errors/error.ts";
import { suggestion } from "./nearest.ts";
import { below, formatPlace, malformed, type Place, partAt } from "./place.ts";

/** Of the part of a file at `place`, which `schema` does not take. */
export function complaint(issue: z.core.$ZodIssue, place: Place, schema: z.ZodType): SpikecError {
  const at = below(place, ...issue.path);
  if (issue.code === "unrecognized_keys") {
    const [key] = issue.keys;
    const known = keysAt(schema, issue.path);
    const list = known.length > 0 ? ` (known: ${known.join(", ")})` : "";
    const what = `there is no key ${JSON.stringify(key.slice(0, 100))} here${suggestion(key, known) || list}`;
    return new SpikecError("SPK-0121", what, { where: formatPlace(below(at, key), true) });
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
    case "invalid_value": {
      if (!issue.message.startsWith("Invalid")) return issue.message;
      const known = issue.values.map(String);
      const meant = typeof issue.input === "string" ? suggestion(issue.input, known) : "";
      return `one of these is needed: ${known.join(", ")}${meant}`;
    }
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
