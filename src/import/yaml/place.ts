/** Errors of the text form: each says the file, the line, and the path of keys: "net.snn.yaml:7 nodes.lif1.tau_mem". */
import { SpikecError } from "../../errors/error.ts";
import type { ErrorCode } from "../../errors/table.ts";
import { placeOfOffset, type YamlText } from "./document.ts";
import { type KeyPath, offsetOf, type Tree } from "./tree.ts";

/** A part of a file. */
export interface Place {
  readonly source: YamlText;
  /** Of the whole file. */
  readonly tree: Tree;
  readonly path: KeyPath;
}

export function below(place: Place, ...keys: KeyPath): Place {
  return { ...place, path: [...place.path, ...keys] };
}

/** What stands there, if anything does. */
export function partAt({ tree, path }: Place): Tree | undefined {
  let part: Tree | undefined = tree;
  for (const step of path) {
    if (part?.kind === "map") part = part.entries.get(String(step))?.value;
    else part = part?.kind === "list" ? part.items[Number(step)] : undefined;
  }
  return part;
}

/** key: the line of the name rather than that of what stands behind it. */
export function formatPlace({ source, tree, path }: Place, key = false): string {
  const line = placeOfOffset(source, offsetOf(tree, path, key));
  return path.length === 0 ? line : `${line} ${path.map(formatKey).join(".")}`;
}

/** Long names are cut; what would look like two keys stands in quotes. */
function formatKey(key: PropertyKey): string {
  const text = String(key);
  const short = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return /^[^\s."'\\]+$/.test(short) ? short : JSON.stringify(short);
}

/** Of a file that breaks the rules of the text form. */
export function malformed(place: Place, what: string, code: ErrorCode = "SPK-0121"): SpikecError {
  return new SpikecError(code, what, { where: formatPlace(place) });
}

/** The same error with its place in the file: for those of rooms that know nodes only. */
export function placed(error: unknown, place: Place): unknown {
  if (!(error instanceof SpikecError)) return error;
  return new SpikecError(error.code, error.message, { where: formatPlace(place, true), cause: error });
}
