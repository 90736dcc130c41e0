/** `metadata` of the text, which is anybody's: names of any kind, texts, numbers, lists of numbers, and groups of these. */
import type { Metadata, MetadataValue } from "../../graph/spiking.ts";
import { below, malformed, type Place, partAt } from "./place.ts";
import type { NestedNumbers } from "./schema/tensor.ts";
import { tensorOf } from "./tensors.ts";
import { plainTree, type Tree } from "./tree.ts";

/** Of a file or a node; null where there is none. @throws SpikecError SPK-0121 */
export function metadataOf(owner: Place): Metadata | null {
  const at = below(owner, "metadata");
  const tree = partAt(at);
  if (tree === undefined) return null;
  if (tree.kind !== "map") throw malformed(at, "a group of names is needed");
  return groupOf(tree, at);
}

function groupOf(tree: Extract<Tree, { kind: "map" }>, place: Place): Metadata {
  return new Map(
    Array.from(
      tree.entries,
      ([name, { value }]) => [name, metadataValue(value, below(place, name))] as const,
    ),
  );
}

function metadataValue(tree: Tree, place: Place): MetadataValue {
  if (tree.kind === "map") {
    const dtype = tree.entries.get("dtype")?.value;
    const values = tree.entries.get("values")?.value;
    const isFloat = dtype?.kind === "plain" && dtype.value === "float32";
    if (tree.entries.size !== 2 || !isFloat || values === undefined) return groupOf(tree, place);
    const numbers = numbersOf(values, below(place, "values"));
    return tensorOf({ values: numbers, dtype: "float32" }, place, new Map());
  }
  if (tree.kind === "list") return tensorOf([...numbersOf(tree, place)], place, new Map());
  if (tree.value === null) throw malformed(place, "a text, a number, a list of numbers or a group is needed");
  return tree.value;
}

function numbersOf(tree: Tree, place: Place): readonly NestedNumbers[] {
  if (tree.kind !== "list" || !holdsNumbers(tree)) throw malformed(place, "lists hold numbers here");
  return plainTree(tree) as readonly NestedNumbers[];
}

function holdsNumbers(tree: Tree): boolean {
  if (tree.kind === "list") return tree.items.length > 0 && tree.items.every(holdsNumbers);
  return tree.kind === "plain" && typeof tree.value === "number";
}
