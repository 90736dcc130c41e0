/**
 * One error type for every room: a stable code, what happened, where, and what to do.
 * The code's title, exit code and standing advice are data in `table.ts`; docs/errors.md is made from it.
 */
import { type ErrorCode, type ExitCode, errorTable } from "./table.ts";

export interface ErrorDetails {
  /** File, node, layer or port: the address a person can go to. */
  readonly where?: string;
  /** Replaces the table's standing advice where more is known. */
  readonly advice?: string;
  readonly cause?: unknown;
}

export class SpikecError extends Error {
  readonly code: ErrorCode;
  readonly where: string | undefined;
  readonly advice: string;
  readonly exitCode: ExitCode;

  constructor(code: ErrorCode, what: string, details: ErrorDetails = {}) {
    super(what, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "SpikecError";
    this.code = code;
    this.where = details.where;
    this.advice = details.advice ?? errorTable[code].advice;
    this.exitCode = errorTable[code].exit;
  }
}
