/**
 * What a command may say, and where: results on standard output, logs and progress on standard error. With --json the result
 * is one object; bars and colours only where a person looks.
 */
import type { SpikecError } from "../errors/error.ts";
import type { LoaderEvent } from "../link/loader/events.ts";
import { errorJson, errorText } from "./failure.ts";
import { createBar, eventLines, noProgress, type Progress } from "./progress.ts";

export interface CommonOptions {
  readonly json?: boolean;
  readonly jsonEvents?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

export interface Terminal {
  /** A line for a person, on standard error; silent with --quiet. */
  log(text: string): void;
  /** The result: the object with --json, else the text. */
  result(value: object, text: string): void;
  /** An error, on standard error; with --json also the object, unless there is a result already. */
  failure(error: SpikecError): void;
  /** A progress bar on a terminal, JSON lines with --json-events, nothing otherwise. One at a time. */
  progress(label: string, unit: string): Progress;
  /** What happens on a board, as --json-events shows it: { "event": "board", "kind": ... }. */
  event(event: LoaderEvent): void;
}

/** Typed arrays are written as lists. */
function toJson(value: object): string {
  return JSON.stringify(value, (_key, inner) =>
    ArrayBuffer.isView(inner) ? Array.from(inner as never) : inner,
  );
}

export function createTerminal(options: CommonOptions): Terminal {
  let bar: Progress = noProgress;
  let jsonWritten = false;
  /** --json promises one object: that a board differs, say, is told after the result by standard error and exit code. */
  const writeJson = (value: object) => {
    if (!jsonWritten) process.stdout.write(`${toJson(value)}\n`);
    jsonWritten = true;
  };
  return {
    log(text) {
      if (options.quiet) return;
      bar.end();
      process.stderr.write(`${text}\n`);
    },
    result(value, text) {
      bar.end();
      if (options.json) writeJson(value);
      else process.stdout.write(`${text}\n`);
    },
    failure(error) {
      bar.end();
      if (options.json) writeJson(errorJson(error));
      process.stderr.write(`${errorText(error, options.debug ?? false)}\n`);
    },
    event(event) {
      if (options.jsonEvents) process.stderr.write(`${JSON.stringify({ event: "board", ...event })}\n`);
    },
    progress(label, unit) {
      if (options.jsonEvents) return eventLines(label, unit);
      if (!process.stderr.isTTY || options.quiet) return noProgress;
      bar.end();
      bar = createBar(label, unit);
      return bar;
    },
  };
}
