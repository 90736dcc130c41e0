import { closeSync, openSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { openPty } from "../../src/board/pty.ts";
import { barLine } from "../../src/cli/progress.ts";
import { wrapText } from "../../src/cli/text.ts";
import { errorTable } from "../../src/errors/table.ts";
import { hasTerminals, pause } from "./boards.ts";
import { resultOf } from "./in-process.ts";
import { convert, digits, writeNetwork } from "./networks.ts";
import { type Ended, scratchFolder, spikec, start } from "./spikec.ts";

const scratch = scratchFolder();
/** A command that logs, shows progress and has a result. */
let simulation: string[];

beforeAll(async () => {
  const network = writeNetwork(scratch("digits.spk"), await convert(digits, "generic", 16));
  simulation = ["simulate", network, ...digits.samples, "--input-scale", "1"];
});

const missing = ["simulate", "none.spk", "--input", "none.npy"];
const escapeCode = "\x1b";

describe("standard output and standard error", () => {
  it("keep results and everything else apart", async () => {
    const { code, stdout, stderr } = await spikec(simulation);
    expect(code).toBe(0);
    expect(stdout).toContain("500 samples, T = 16, accuracy ");
    expect(stdout).not.toContain("note:");
    expect(stderr).toMatch(
      /^note: digits.test_x.npy holds integers, .* --input-scale 16; give it here, too\n$/,
    );
  });

  it("carry no bar and no colour when piped", async () => {
    const ended = await Promise.all([spikec(simulation), spikec(missing)]);
    for (const { stdout, stderr } of ended) {
      expect(stdout + stderr).not.toContain("\r");
      expect(stdout + stderr).not.toContain(escapeCode);
    }
  });

  it("end quietly when the reader closes early", async () => {
    const { child, ended } = start(["errors"]);
    child.stdout!.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
  });

  it("carry the result alone with --quiet, and errors all the same", async () => {
    const [quiet, loud, failed] = await Promise.all([
      spikec([...simulation, "--quiet"]),
      spikec(simulation),
      spikec([...missing, "--quiet"]),
    ]);
    expect(quiet).toEqual({ code: 0, stdout: loud.stdout, stderr: "" });
    expect(failed.stderr).toContain("error SPK-0901: ");
  });
});

describe("--json", () => {
  it("prints one object, also of commands that have only a list to show", async () => {
    const parsed = await Promise.all(
      [simulation, ["targets"], ["targets", "ucaspian"], ["errors"]].map((words) => resultOf(words)),
    );
    expect(parsed.map((value) => typeof value)).toEqual(["object", "object", "object", "object"]);
  });

  it("prints the error of a failed command as its object, the text still on standard error", async () => {
    const { code, stdout, stderr } = await spikec([...missing, "--json"]);
    expect(code).toBe(2);
    const advice = errorTable["SPK-0901"].advice;
    const message = "cannot be read: there is no such file";
    expect(JSON.parse(stdout)).toEqual({ error: { code: "SPK-0901", message, where: "none.spk", advice } });
    expect(stderr).toBe(`error SPK-0901: ${message}\n  where: none.spk\n  help: ${advice}\n`);
  });

  it("prints wrong usage as an object, too", async () => {
    const { code, stdout } = await spikec(["simulate", "--json", "--louder"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({ code: "SPK-0002", where: null });
  });
});

describe("--json-events", () => {
  it("tells progress on standard error, one object a line, from the start to the end", async () => {
    const { stdout, stderr } = await spikec([...simulation, "--json-events", "--quiet", "--json"]);
    expect(JSON.parse(stdout).samples).toBe(500);
    const events = stderr
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const progress = events.slice(0, -1);
    const expected = { event: "progress", label: "simulating", unit: "samples", total: 500 };
    for (const event of progress) expect(event).toMatchObject(expected);
    const done = progress.map((event) => event.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(500);
    expect(events.at(-1)).toEqual({ event: "finished", label: "simulating" });
  });

  it("does not call finished what failed", async () => {
    const words = ["flash", simulation[1], "--target", "ucaspian", "--dry-run", "--json-events"];
    const { code, stderr } = await spikec(words);
    expect(code).toBe(4);
    expect(stderr).not.toContain("finished");
  });
});

describe("--debug", () => {
  it("shows where in the code an error arose; without it there is no stack trace", async () => {
    const [plain, debug] = await Promise.all([spikec(missing), spikec([...missing, "--debug"])]);
    expect(plain.stderr).not.toMatch(/\n\s+at /);
    expect(debug.stderr).toMatch(/\n\s+at .*stat/);
    expect(debug.stderr.startsWith(plain.stderr)).toBe(true);
  });
});

describe.runIf(hasTerminals)("on a terminal", () => {
  /** Runs a command whose standard error is a terminal, and gives what was drawn there. */
  async function drawnBy(words: string[], environment: Record<string, string> = {}): Promise<Ended> {
    const drawn: Uint8Array[] = [];
    const face = await openPty({
      receive(bytes) {
        drawn.push(bytes.slice());
        return new Uint8Array(0);
      },
    });
    const terminal = openSync(face.path, "r+");
    const ended = await start(words, { terminal, environment }).ended;
    await pause(50); // What was written last is still under way.
    closeSync(terminal);
    await face.close();
    return { ...ended, stderr: Buffer.concat(drawn).toString("utf8") };
  }

  it("draws a bar with count, rate and time left over itself, and takes it away at the end", async () => {
    const { code, stdout, stderr } = await drawnBy(simulation);
    expect(code).toBe(0);
    expect(stderr).toMatch(/simulating \[#+-*\] \d+\/500 samples, \d+ samples\/s, [\d.]+ s left/);
    expect(stderr.endsWith(`\r${escapeCode}[2K`)).toBe(true);
    const lines = stderr.split("\n");
    expect(lines.length, "lines: the note and the bar").toBeLessThanOrEqual(2);
    for (const drawing of stderr.split(`\r${escapeCode}[2K`).slice(1))
      expect(drawing.length).toBeLessThan(80);
    expect(stdout).not.toContain(escapeCode);
  });

  it("draws none with --quiet or --json-events", async () => {
    const [quiet, events] = await Promise.all([
      drawnBy([...simulation, "--quiet"]),
      drawnBy([...simulation, "--json-events", "--quiet"]),
    ]);
    expect(quiet.stderr).toBe("");
    expect(events.stderr).not.toContain(escapeCode);
  });

  it("marks an error by colour, unless NO_COLOR is set and not empty", async () => {
    const [plain, empty] = await Promise.all([
      drawnBy(missing, { NO_COLOR: "1" }),
      drawnBy(missing, { NO_COLOR: "" }),
    ]);
    expect(empty.stderr).toContain(`${escapeCode}[`);
    expect(plain.stderr).not.toContain(escapeCode);
  });
});

describe("a bar", () => {
  const work = { label: "flashing", unit: "bytes", done: 1000, total: 4000, seconds: 2 };

  it("says what is done, at which rate, and how long the rest takes", () => {
    const bar = `${"#".repeat(7)}${"-".repeat(21)}`;
    expect(barLine(work, 100)).toBe(`flashing [${bar}] 1000/4000 bytes, 500 bytes/s, 6.0 s left`);
  });

  it("gives way to the numbers on a narrow terminal", () => {
    const line = barLine(work, 60);
    expect(line).toBe("flashing [##------] 1000/4000 bytes, 500 bytes/s, 6.0 s left");
    expect(line.length).toBe(60);
    expect(barLine(work, 20).length).toBe(20);
  });

  it("counts long times in minutes, and knows no time at the start", () => {
    expect(barLine({ ...work, done: 10, total: 1210, seconds: 1 }, 100)).toMatch(/, 2 min 0 s left$/);
    expect(barLine({ ...work, done: 0, seconds: 0 }, 100)).toMatch(/, \? left$/);
  });

  it("is full for work of nothing", () => {
    expect(barLine({ ...work, done: 0, total: 0 }, 100)).toContain(`[${"#".repeat(28)}]`);
  });
});

describe("wrapped text", () => {
  it("breaks between words, the rest indented, and never drops a word", () => {
    const text = "one two three four five";
    expect(wrapText(text, 12, "  ")).toBe("one two\n  three four\n  five");
    expect(wrapText(text, 100, "  ")).toBe(text);
    expect(wrapText("unbreakable", 3, "  ")).toBe("unbreakable");
  });
});
