/** Errors of .nir files: each says the file, and the path of the group or field in it. */

import { SpikecError } from "../../errors/error.ts";
import type { ErrorCode } from "../../errors/table.ts";
import type { Note } from "../../graph/graph.ts";

/** Where the reader is. */
export interface Place {
  /** Name of the file. */
  readonly file: string;
  /** Path of a group or dataset in it: "/node/nodes/lif/tau". */
  readonly path: string;
}

export function below(place: Place, ...names: readonly string[]): Place {
  return { file: place.file, path: [place.path, ...names].join("/") };
}

export const formatPlace = ({ file, path }: Place): string => `${file} ${path}`;

/** Of a file that breaks the rules of NIR. */
export function malformed(place: Place, what: string, code: ErrorCode = "SPK-0115"): SpikecError {
  return new SpikecError(code, what, { where: formatPlace(place) });
}

/** Of a value that no network can have. */
export function impossible(place: Place, what: string): SpikecError {
  return malformed(place, what, "SPK-0117");
}

export function warning(place: Place, text: string): Note {
  return { level: "warning", where: formatPlace(place), text };
}
