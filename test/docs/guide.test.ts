/** Every command of the guide, one after the other, as a reader would type them. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLabels } from "../../src/data/labels.ts";
import { writeNpy } from "../../src/data/npy.ts";
import { readArray } from "../../src/data/read-array.ts";
import { emulate } from "../cli/boards.ts";
import { run } from "../cli/in-process.ts";
import { scratchFolder } from "../cli/spikec.ts";
import { repository } from "../house/sources.ts";
import { blocksOf, commandsOf } from "./blocks.ts";

const scratch = scratchFolder();
const guide = "docs/guide.md";
const before = process.cwd();

/** Digits as rates of spikes over 32 steps: what stands in the guide for a data set of spikes. */
function writeSpikes(count: number, timesteps: number): void {
  const { data } = readArray(readFileSync(scratch("models", "digits.test_x.npy")), "x");
  const size = 64;
  const spikes = Uint8Array.from({ length: count * timesteps * size }, (_, i) => {
    const [sample, step, pixel] = [
      Math.floor(i / (timesteps * size)),
      Math.floor(i / size) % timesteps,
      i % size,
    ];
    const value = data[sample * size + pixel] / 16;
    return Math.floor((step + 1) * value) - Math.floor(step * value);
  });
  writeFileSync(scratch("spikes_x.npy"), writeNpy({ shape: [count, timesteps, size], data: spikes }));
  const labels = readLabels(readFileSync(scratch("models", "digits.test_y.npy")), "y").subarray(0, count);
  writeFileSync(scratch("spikes_y.npy"), writeNpy({ shape: [count], data: Uint8Array.from(labels) }));
}

beforeAll(() => {
  cpSync(join(repository, "models"), scratch("models"), { recursive: true });
  cpSync(join(repository, "test/golden/nir/digits/digits_lif.nir"), scratch("digits_lif.nir"));
  writeSpikes(20, 32);
  process.chdir(scratch());
});
afterAll(() => process.chdir(before));

describe("the guide", () => {
  it("works, command by command, with a virtual board where it names a port", async () => {
    const board = await emulate("--tcp", "0");
    let tried = 0;
    for (const block of blocksOf(guide)) {
      if (!/^sh\b/.test(block.kind)) continue;
      for (const words of commandsOf(block)) {
        const port = words.indexOf("--port") + 1;
        expect(port > 0, `"sh board" marks commands with a port (line ${block.line})`).toBe(
          block.kind === "sh board",
        );
        if (port > 0) words[port] = board.port;
        const { code, stderr } = await run(words);
        expect(
          { code, stderr: code === 0 ? "" : stderr },
          `${guide}:${block.line}: ${words.join(" ")}`,
        ).toEqual({
          code: 0,
          stderr: "",
        });
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(18);
    for (const file of ["model", "conversion", "board", "lif", "report"])
      expect(existsSync(scratch("out", `${file}.html`)), file).toBe(true);
  }, 300_000);
});

const python = ["python3", "python"].find((name) => spawnSync(name, ["--version"]).status === 0);

describe.runIf(python !== undefined)("read_spk.py", () => {
  const blocks = blocksOf(guide).filter(({ kind }) => kind === "python run");

  /** NumPy or not: the same numbers. */
  it.each([
    ["with whatever is installed", ""],
    ["without NumPy", "import sys; sys.modules['numpy'] = None\n"],
  ])("reads what the guide wrote, %s", (_, prelude) => {
    expect(blocks).toHaveLength(1);
    const { status, stdout, stderr } = spawnSync(python!, ["-B", "-c", prelude + blocks[0].text], {
      cwd: scratch(),
      encoding: "utf8",
      env: { ...process.env, PYTHONPATH: join(repository, "docs") },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("input -> /2/Relu 1 dense\n");
    const last = stdout.trim().split("\n").at(-1)!;
    expect(last).toMatch(/^\d+ \{.*'input': \d{4,}, '\/2\/Relu': \d{3,}, '\/3\/Gemm': \d+\}$/);
  });
});
