import { cpSync, existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { emulate, hasSignals, hasTerminals } from "./boards.ts";
import { run } from "./in-process.ts";
import { scratchFolder, spikec, start } from "./spikec.ts";

const scratch = scratchFolder();

/** The command lines at the end of a --help text, continued lines joined. */
async function examplesOf(command: string): Promise<string[][]> {
  const { stdout } = await run([command, "--help"]);
  const [, text] = stdout.split("\nExamples:\n");
  return text
    .replaceAll("\\\n", " ")
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).slice(1));
}

beforeAll(() => {
  // A folder like the repository as its users have it.
  cpSync(fileURLToPath(new URL("../../models/", import.meta.url)), scratch("models"), { recursive: true });
});

describe("the examples of --help", () => {
  it("work, copied one after the other along the road, with a board where they name a port", async () => {
    const board = await emulate("--tcp", "0");
    const tried: string[] = [];
    // A network must be made before any other command can take it. The demo has a test of its own.
    const others = commands.map(({ name }) => name).filter((name) => name !== "convert" && name !== "demo");
    for (const name of ["convert", ...others]) {
      for (const words of await examplesOf(name)) {
        const port = words.indexOf("--port") + 1;
        if (port > 0 && !words.includes("--firmware")) words[port] = board.port; // Firmware may go to a file.
        tried.push(words.join(" "));
        if (name === "emulate") {
          const tcp = words.indexOf("--tcp") + 1;
          if (tcp > 0) words[tcp] = "0"; // 7000 may be taken here.
          if (words.includes("--pty") && !hasTerminals) continue;
          const { child, firstLine, ended } = start(words, { folder: scratch() });
          await firstLine;
          child.kill("SIGINT");
          const { code, stderr } = await ended;
          expect(code, words.join(" ")).toBe(hasSignals ? 0 : 130);
          expect(stderr, words.join(" ")).not.toMatch(/error|warning|\n\s+at /i);
        } else expect(await spikec(words, { folder: scratch() }), words.join(" ")).toMatchObject({ code: 0 });
      }
    }
    expect(tried.length).toBeGreaterThan(15);
    for (const file of [
      "digits.spk",
      "out/image/program.bin",
      "out/raster.svg",
      "out/sweep.svg",
      "out/spikes.npz",
    ])
      expect(existsSync(scratch(...file.split("/"))), file).toBe(true);
    // A process for each of some forty examples.
  }, 300_000);
});
