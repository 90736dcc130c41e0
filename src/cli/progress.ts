/** Progress of long work: a bar for people, JSON lines for programs. */

export interface Progress {
  /** done of total, in whatever `unit` the bar was made for. */
  update(done: number, total: number): void;
  /** Takes the bar away; more than once does no harm. */
  end(): void;
}

export const noProgress: Progress = { update: () => {}, end: () => {} };

const widestBar = 28;
const narrowestBar = 4;
/** Milliseconds between two drawings. */
const redrawInterval = 80;
const clearLine = "\r\x1b[2K";

function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export interface Work {
  readonly label: string;
  readonly unit: string;
  readonly done: number;
  readonly total: number;
  /** Since the beginning. */
  readonly seconds: number;
}

/** "flashing [####----] 1200/4000 bytes, 13000 bytes/s, 0.2 s left": the bar takes what the numbers leave of the columns. */
export function barLine({ label, unit, done, total, seconds }: Work, columns: number): string {
  const rate = seconds > 0 ? done / seconds : 0;
  const left = rate > 0 ? duration((total - done) / rate) : "?";
  const numbers = `${done}/${total} ${unit}, ${Math.round(rate)} ${unit}/s, ${left} left`;
  const room = columns - `${label} [] ${numbers}`.length;
  const width = Math.max(narrowestBar, Math.min(widestBar, room));
  const filled = Math.round((total > 0 ? Math.min(1, done / total) : 1) * width);
  const line = `${label} [${"#".repeat(filled)}${"-".repeat(width - filled)}] ${numbers}`;
  return line.slice(0, columns);
}

/** A bar on standard error. It never fills the terminal's last column: a line that wraps could not be drawn over. */
export function createBar(label: string, unit: string): Progress {
  const started = performance.now();
  let drawn = 0;
  let open = true;
  return {
    update(done, total) {
      const now = performance.now();
      if (!open || (now - drawn < redrawInterval && done < total)) return;
      drawn = now;
      const columns = (process.stderr.columns || 80) - 1;
      const work = { label, unit, done, total, seconds: (now - started) / 1000 };
      process.stderr.write(clearLine + barLine(work, columns));
    },
    end() {
      if (open && drawn > 0) process.stderr.write(clearLine);
      open = false;
    },
  };
}

/** For --json-events: one object a line on standard error. */
export function eventLines(label: string, unit: string): Progress {
  const write = (event: object) => process.stderr.write(`${JSON.stringify(event)}\n`);
  return {
    update: (done, total) => write({ event: "progress", label, unit, done, total }),
    end: () => write({ event: "finished", label }),
  };
}
