/**
 * Every error that spikec can report: code, exit code, title and what to do about it.
 * Codes are stable: a number is never given a second meaning. docs/errors.md is generated from this table.
 *
 * The first two digits say where an error comes from; the entries lie in three files by who meets them.
 */
import { boardErrors } from "./codes/boards.ts";
import { modelErrors } from "./codes/models.ts";
import { programErrors } from "./codes/program.ts";
import type { ErrorEntry } from "./entry.ts";

export type { ErrorEntry, ExitCode } from "./entry.ts";

const entries = { ...programErrors, ...modelErrors, ...boardErrors };

export type ErrorCode = keyof typeof entries;

/** In the order of the codes. */
export const errorTable = Object.fromEntries(
  Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)),
) as Readonly<Record<ErrorCode, ErrorEntry>>;
