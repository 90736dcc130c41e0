/**
 * A YAML document as a tree of maps, lists and plain values in which every part knows where it stands. Names are kept in
 * Maps, so that any text is one (`__proto__` too); aliases are written out, and how much they make is bounded.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import { deepest, unreadable, type YamlText } from "./document.ts";

export type Plain = string | number | boolean | null;

export type Tree =
  | { readonly kind: "map"; readonly offset: number; readonly entries: ReadonlyMap<string, Entry> }
  | { readonly kind: "list"; readonly offset: number; readonly items: readonly Tree[] }
  | { readonly kind: "plain"; readonly offset: number; readonly value: Plain };

export interface Entry {
  readonly keyOffset: number;
  readonly value: Tree;
}

/** A file may hold as many values as letters, aliases written out; a short one this many. */
const mostValues = 10_000;

interface Growth {
  readonly source: YamlText;
  readonly anchors: Map<string, Node>;
  values: number;
}

/** @throws SpikecError SPK-0120 for keys that are no names or come twice, tags, and aliases without end */
export function treeOf(document: Document, source: YamlText): Tree {
  return grow(document.contents, 0, 0, { source, anchors: new Map(), values: 0 });
}

function grow(node: unknown, fallback: number, depth: number, growth: Growth): Tree {
  const { source, anchors } = growth;
  const offset = (node as Node | null)?.range?.[0] ?? fallback;
  if (depth > deepest || ++growth.values > Math.max(mostValues, source.text.length))
    throw unreadable(source, offset, "its aliases make more of it than any network is");
  if (isAlias(node)) {
    const meant = anchors.get(node.source);
    if (meant === undefined) throw unreadable(source, offset, `nothing before it is named &${node.source}`);
    return { ...grow(meant, offset, depth + 1, growth), offset };
  }
  if (isMap(node) || isSeq(node) || isScalar(node)) {
    if (node.tag !== undefined && !/^tag:yaml.org,2002:(map|seq|str|int|float|bool|null)$/.test(node.tag))
      throw unreadable(source, offset, `tags have no meaning here: ${node.tag}`);
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
  }
  if (isMap(node)) return growMap(node.items, offset, depth, growth);
  if (isSeq(node))
    return { kind: "list", offset, items: node.items.map((item) => grow(item, offset, depth + 1, growth)) };
  return { kind: "plain", offset, value: isScalar(node) ? plainOf(node.value, offset, source) : null };
}

function growMap(
  pairs: readonly { readonly key: unknown; readonly value: unknown }[],
  offset: number,
  depth: number,
  growth: Growth,
): Tree {
  const entries = new Map<string, Entry>();
  for (const { key, value } of pairs) {
    const keyOffset = (key as Node | null)?.range?.[0] ?? offset;
    if (!isScalar(key) || key.value === null)
      throw unreadable(growth.source, keyOffset, "a key must be a name");
    // As written: a node may be named 10, or 1e3.
    const name = key.source ?? String(key.value);
    if (entries.has(name))
      throw unreadable(growth.source, keyOffset, `${JSON.stringify(name.slice(0, 100))} stands there twice`);
    entries.set(name, { keyOffset, value: grow(value, keyOffset, depth + 1, growth) });
  }
  return { kind: "map", offset, entries };
}

function plainOf(value: unknown, offset: number, source: YamlText): Plain {
  if (value === null || ["string", "number", "boolean"].includes(typeof value)) return value as Plain;
  throw unreadable(source, offset, "a text, a number, true, false or null is needed");
}

/** As plain data for the schema: objects without a prototype, in which no name means anything else. */
export function plainTree(tree: Tree): unknown {
  if (tree.kind === "plain") return tree.value;
  if (tree.kind === "list") return tree.items.map(plainTree);
  const object: Record<string, unknown> = Object.create(null);
  for (const [name, { value }] of tree.entries) object[name] = plainTree(value);
  return object;
}

export type KeyPath = readonly PropertyKey[];

/** Where a part of the tree begins; with `key`, where its name stands. As near as it gets where there is no such part. */
export function offsetOf(tree: Tree, path: KeyPath, key = false): number {
  let [here, offset] = [tree, tree.offset];
  for (const [depth, step] of path.entries()) {
    const entry = here.kind === "map" ? here.entries.get(String(step)) : undefined;
    const next = entry?.value ?? (here.kind === "list" ? here.items[Number(step)] : undefined);
    if (next === undefined) break;
    offset = entry && (key || depth < path.length - 1) ? entry.keyOffset : next.offset;
    here = next;
  }
  return offset;
}
