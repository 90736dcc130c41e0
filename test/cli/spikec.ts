/**
 * spikec as its users have it: a process with words, two streams and an exit code. Every process that a test starts is ended
 * with the test. Where the process does not matter, `in-process.ts` is faster.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, expect } from "vitest";

const program = fileURLToPath(new URL("../../dist/src/cli/main.js", import.meta.url));

export interface Ended {
  /** As a shell gives it: 128 and the signal's number where a signal ended the process. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** The first line on standard output, as soon as it is there. */
  readonly firstLine: Promise<string>;
  /** Resolves when standard error says this; rejects when the process ends without having said it. */
  said(pattern: RegExp): Promise<void>;
}

export interface Surroundings {
  readonly folder?: string;
  /** Descriptor of a terminal that standard error goes to. */
  readonly terminal?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

const running = new Set<ChildProcess>();

export function start(words: readonly string[], surroundings: Surroundings = {}): Running {
  const { folder, environment, terminal } = surroundings;
  const child = spawn(process.execPath, [program, ...words], {
    stdio: ["ignore", "pipe", terminal ?? "pipe"],
    env: { ...process.env, ...environment },
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  running.add(child);
  let stdout = "";
  let stderr = "";
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (stdout.includes("\n")) resolve(stdout.slice(0, stdout.indexOf("\n")));
    });
    child.once("close", () => reject(new Error(`spikec ended without a line: ${stderr}`)));
  });
  firstLine.catch(() => {}); // Only some tests wait for it.
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const said = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (pattern.test(stderr)) resolve();
      };
      look();
      child.stderr?.on("data", look);
      child.once("close", () => reject(new Error(`spikec never said ${pattern}: ${stderr}`)));
    });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      running.delete(child);
      resolve({ code: code ?? 128 + constants.signals[signal!], stdout, stderr });
    });
  });
  return { child, ended, firstLine, said };
}

export function spikec(words: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  return start(words, surroundings).ended;
}

/** The result of a command that must succeed, from its --json: the only thing on standard output. */
export async function resultOf(words: readonly string[]) {
  const { code, stdout, stderr } = await spikec([...words, "--json"]);
  expect(code, `spikec ${words.join(" ")}\n${stderr}`).toBe(0);
  return JSON.parse(stdout);
}

async function endAll(): Promise<void> {
  const children = [...running];
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map((child) => new Promise((resolve) => child.once("close", resolve))));
}
afterEach(endAll);

/** A folder of its own for a test file, removed at the end. */
export function scratchFolder(): (...names: string[]) => string {
  const folder = mkdtempSync(join(tmpdir(), "spikec-cli-"));
  afterAll(async () => {
    await endAll();
    rmSync(folder, { recursive: true, force: true });
  });
  return (...names) => join(folder, ...names);
}
