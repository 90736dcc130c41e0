/**
 * What a command may say, and where: results on standard output, logs and progress on standard error. With --json the result
 * is one object; bars and colours only where a person looks.
 */
import { styleText } from "node:util";

export interface CommonOptions {
  readonly json?: boolean;
  readonly jsonEvents?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
}

export interface Progress {
  /** done of total, in whatever `unit` the bar was made for. */
  update(done: number, total: number): void;
  end(): void;
}

export interface Terminal {
  /** A line for a person, on standard error; silent with --quiet. */
  log(text: string): void;
  /** The result: the object with --json, else the text. */
  result(value: object, text: string): void;
  /** A progress bar on a terminal, JSON lines with --json-events, nothing otherwise. */
  progress(label: string, unit: string): Progress;
  strong(text: string): string;
}

const barWidth = 28;

function duration(seconds: number): string {
  return seconds >= 60
    ? `${Math.floor(seconds / 60)}m${Math.round(seconds % 60)}s`
    : `${seconds.toFixed(1)}s`;
}

/** "[####----] 1.2/4.0 KB, 13 KB/s, 0.2s left" */
function barLine(label: string, unit: string, done: number, total: number, seconds: number): string {
  const share = total > 0 ? done / total : 1;
  const filled = Math.round(share * barWidth);
  const rate = seconds > 0 ? done / seconds : 0;
  const left = rate > 0 ? duration((total - done) / rate) : "?";
  const bar = "#".repeat(filled) + "-".repeat(barWidth - filled);
  return `${label} [${bar}] ${done}/${total} ${unit}, ${Math.round(rate)} ${unit}/s, ${left} left`;
}

function terminalBar(label: string, unit: string): Progress {
  const started = performance.now();
  let drawn = 0;
  return {
    update(done, total) {
      const now = performance.now();
      if (now - drawn < 80 && done < total) return;
      drawn = now;
      process.stderr.write(`\r\x1b[2K${barLine(label, unit, done, total, (now - started) / 1000)}`);
    },
    end: () => process.stderr.write("\r\x1b[2K"),
  };
}

function eventLines(label: string, unit: string): Progress {
  return {
    update: (done, total) =>
      process.stderr.write(`${JSON.stringify({ event: "progress", label, unit, done, total })}\n`),
    end: () => process.stderr.write(`${JSON.stringify({ event: "finished", label })}\n`),
  };
}

const noProgress: Progress = { update: () => {}, end: () => {} };

/** Infinity has no JSON: it becomes null. */
function toJson(value: object): string {
  return JSON.stringify(value, (_key, inner) =>
    ArrayBuffer.isView(inner) ? Array.from(inner as never) : inner,
  );
}

export function createTerminal(options: CommonOptions): Terminal {
  const colours = process.stderr.isTTY && process.env.NO_COLOR === undefined;
  return {
    log(text) {
      if (!options.quiet) process.stderr.write(`${text}\n`);
    },
    result(value, text) {
      process.stdout.write(`${options.json ? toJson(value) : text}\n`);
    },
    progress(label, unit) {
      if (options.jsonEvents) return eventLines(label, unit);
      return process.stderr.isTTY && !options.quiet ? terminalBar(label, unit) : noProgress;
    },
    strong: (text) => (colours ? styleText("bold", text) : text),
  };
}
