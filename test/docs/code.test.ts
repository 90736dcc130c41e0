/**
 * The code of the documents, compiled against the package as its users get it (types and all) and run by plain Node: the
 * examples of the library, and the chip of adding-a-target.md with the sample digits on it.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { scratchFolder } from "../cli/spikec.ts";
import { repository } from "../house/sources.ts";
import { blocksOf } from "./blocks.ts";

const scratch = scratchFolder();
const slug = (heading: string) => heading.toLowerCase().replaceAll(/[^a-z]+/g, "-");
const examples = blocksOf("docs/library.md")
  .filter(({ kind }) => kind === "ts")
  .map(({ heading, text }) => ({ name: slug(heading), text }));
const chipFiles = blocksOf("docs/adding-a-target.md").filter(({ kind }) => kind.startsWith("ts "));

/** Sources of the repository are taken from what was built of them. */
const asBuilt = (code: string) =>
  code.replaceAll(/"\.\.\/\.\.\/(src\/[^"]+)\.ts"/g, (_, path) =>
    JSON.stringify(join(repository, "dist", `${path}.js`)),
  );

const driver = `import { convert, findTarget, readArray, readOnnxModel, runOnChip } from "spikec";
import { readFileSync } from "node:fs";
import { tiny } from "./tiny/index.ts";

const graph = await readOnnxModel("models/digits_mlp.onnx");
const values = (file: string) => Float32Array.from(readArray(readFileSync(file), file).data, (value) => value / 16);
const calibration = { values: values("models/digits.calib_x.npy").subarray(0, 200 * 64), samples: 200 };
const recipe = { method: { kind: "mse" }, biasCorrection: false } as const;
const { network } = convert(graph, { target: tiny, timesteps: 8, calibration, inputScale: 16, recipe });
const { spikes, mismatches } = await runOnChip(network, tiny, values("models/digits.test_x.npy").subarray(0, 10 * 64));
console.log(mismatches + " mismatches / " + spikes + " spikes");
`;

/** A project beside a node_modules that holds the package, as npm would have put it there. */
function writeProject(): void {
  mkdirSync(scratch("node_modules", "@types"), { recursive: true });
  symlinkSync(repository, scratch("node_modules", "spikec"), "junction");
  symlinkSync(
    join(repository, "node_modules/@types/node"),
    scratch("node_modules", "@types", "node"),
    "junction",
  );
  cpSync(join(repository, "models"), scratch("models"), { recursive: true });
  mkdirSync(scratch("tiny"));
  for (const { name, text } of examples) writeFileSync(scratch(`${name}.ts`), text);
  for (const { kind, text } of chipFiles)
    writeFileSync(scratch("tiny", kind.slice("ts ".length)), asBuilt(text));
  writeFileSync(scratch("driver.ts"), driver);
  writeFileSync(scratch("package.json"), JSON.stringify({ type: "module" }));
  const compilerOptions = {
    target: "es2023",
    module: "nodenext",
    strict: true,
    skipLibCheck: false,
    types: ["node"],
    rewriteRelativeImportExtensions: true,
    outDir: "out",
    rootDir: ".",
  };
  writeFileSync(scratch("tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts", "tiny"] }));
}

/** What each module says when it is loaded, all in one process: modules that several need are run once. */
const runner = `
for (const name of process.argv.slice(2)) {
  console.log("== " + name);
  await import("./" + name + ".js");
}
`;

function runAll(names: readonly string[]): { said: ReadonlyMap<string, string>; stderr: string } {
  writeFileSync(scratch("out", "runner.js"), runner);
  const words = [scratch("out", "runner.js"), ...names];
  const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: scratch(), encoding: "utf8" });
  const parts = stdout.split(/^== /m).slice(1);
  return { said: new Map(parts.map((part) => [part.slice(0, part.indexOf("\n")), part])), stderr };
}

let ran: ReturnType<typeof runAll>;

beforeAll(() => {
  writeProject();
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
  const compiler = join(dirname(manifest), "bin", "tsc");
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-p", scratch()], { encoding: "utf8" });
  expect(stdout, "the documents' code has type errors").toBe("");
  expect(status).toBe(0);
  ran = runAll([...examples.map(({ name }) => name), "driver"]);
}, 120_000);

describe("the examples of docs/library.md", () => {
  it("stand under headings of their own", () => {
    expect(examples.map(({ name }) => name)).toEqual([
      "from-a-model-to-a-class",
      "onto-a-chip",
      "one-sample-spike-by-spike",
      "a-page",
    ]);
  });

  it.each([
    ["from-a-model-to-a-class", /\naccuracy 0\.9\d+, \d+ synaptic operations a sample\n$/],
    ["onto-a-chip", /\n0 mismatches \/ [1-9]\d+ spikes\n/],
    ["one-sample-spike-by-spike", /membranes after it: Float64Array\(32\)/],
    ["a-page", /^a-page\n$/],
  ])("run: %s", (name, says) => {
    expect(ran.stderr).toBe("");
    expect(ran.said.get(name)).toMatch(says);
    if (name === "a-page") expect(existsSync(scratch("report.html"))).toBe(true);
  });
});

describe("the chip of docs/adding-a-target.md", () => {
  it("runs the sample digits without a mismatch", () => {
    expect(ran.stderr).toBe("");
    expect(ran.said.get("driver")).toMatch(/^driver\n0 mismatches \/ [1-9]\d+ spikes\n$/);
  });

  it("has a device that sees nothing of the compiler", () => {
    const device = chipFiles.find(({ kind }) => kind === "ts device.ts")!.text;
    expect(device).not.toMatch(/src\/(network|lower|simulate|graph)\//);
  });
});
