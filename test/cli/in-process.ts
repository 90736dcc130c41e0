/**
 * spikec without its process, for tests of what commands do and say: the same words, texts and exit codes, from the sources,
 * in a tenth of the time.
 */
import { expect, vi } from "vitest";
import { runCommandLine } from "../../src/cli/program.ts";
import type { Ended } from "./spikec.ts";

/** Everything that is written to a stream of this process until `restore`. */
function capture(stream: NodeJS.WriteStream) {
  let text = "";
  const spy = vi.spyOn(stream, "write").mockImplementation((chunk) => {
    text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    return true;
  });
  return { text: () => text, restore: () => spy.mockRestore() };
}

async function runAlone(words: readonly string[]): Promise<Ended> {
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)];
  try {
    const code = await runCommandLine(words);
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.restore();
    stderr.restore();
  }
}

let last: Promise<unknown> = Promise.resolve();

/** One at a time, also where several are asked for at once: they share the streams. */
export function run(words: readonly string[]): Promise<Ended> {
  const ended = last.then(() => runAlone(words));
  last = ended.catch(() => {});
  return ended;
}

/** The result of a command that must succeed, from its --json: the only thing on standard output. */
export async function resultOf(words: readonly string[]) {
  const { code, stdout, stderr } = await run([...words, "--json"]);
  expect(code, `spikec ${words.join(" ")}\n${stderr}`).toBe(0);
  return JSON.parse(stdout);
}

/** A command that must fail: with this exit code, and this error on standard error, with advice, and no stack trace. */
export async function failureOf(words: readonly string[], code: number, error: string): Promise<Ended> {
  const ended = await run(words);
  expect(ended, `spikec ${words.join(" ")}`).toMatchObject({ code });
  expect(ended.stderr).toContain(`error ${error}: `);
  expect(ended.stderr).toMatch(/\n {2}help: \S/);
  expect(ended.stderr, "a stack trace is for --debug").not.toMatch(/\n\s+at /);
  return ended;
}
