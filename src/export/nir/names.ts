/** Names of nodes in a .nir file: members of an HDF5 group, so neither empty nor "." nor with a "/" in them. */
import type { Note } from "../../graph/graph.ts";

/** The name of each node in the file; where it had to change, with a note. */
export function nirNames(
  nodes: readonly { readonly name: string }[],
  notes: Note[],
): ReadonlyMap<string, string> {
  const taken = new Set(nodes.map(({ name }) => name).filter(isLegal));
  return new Map(
    nodes.map(({ name }) => {
      if (isLegal(name)) return [name, name];
      const written = freeName(legal(name), taken);
      notes.push({
        level: "info",
        where: name,
        text: `is named ${written} in the file: HDF5 knows no such name`,
      });
      return [name, written];
    }),
  );
}

function isLegal(name: string): boolean {
  return name !== "" && name !== "." && !/[/\0]/.test(name);
}

/** "/2/Relu" of an ONNX file is 2.Relu. */
function legal(name: string): string {
  const stem = name
    .replaceAll("\0", "")
    .replaceAll(/(^|\s)\/+/g, "$1")
    .replaceAll("/", ".");
  return stem === "" || stem === "." ? "node" : stem;
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
  taken.add(name);
  return name;
}
