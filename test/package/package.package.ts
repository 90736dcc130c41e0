/**
 * What users get: the tarball is small and whole, runs in a folder of its own with its dependencies beside it, its types
 * resolve, and its exports are what publint expects.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { beforeAll, describe, expect, it } from "vitest";
import { scratchFolder } from "../cli/spikec.ts";
import { repository } from "../house/sources.ts";

const scratch = scratchFolder();
const manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));
/** Bytes, without the sample networks. */
const largestPackage = 2_000_000;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}
let packed: Packed;

function npm(...words: string[]): string {
  const { status, stdout, stderr } = spawnSync("npm", words, {
    cwd: repository,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  expect(status, stderr).toBe(0);
  return stdout;
}

beforeAll(() => {
  [packed] = JSON.parse(npm("pack", "--json", "--pack-destination", scratch()));
  spawnSync("tar", ["xzf", scratch(packed.filename), "-C", scratch()]);
  mkdirSync(scratch("node_modules"));
  cpSync(scratch("package"), scratch("node_modules", "spikec"), { recursive: true });
  // As npm would install them; without asking the registry.
  for (const name of Object.keys(manifest.dependencies))
    symlinkSync(join(repository, "node_modules", name), scratch("node_modules", name), "junction");
});

const program = () => scratch("node_modules", "spikec", manifest.bin.spikec);
const node = (...words: string[]) => spawnSync(process.execPath, words, { cwd: scratch(), encoding: "utf8" });

describe("the package", () => {
  it("is below 2 MB without the sample networks, and holds no sources, tests or source maps", () => {
    const models = packed.files
      .filter(({ path }) => path.startsWith("models/"))
      .reduce((sum, { size }) => sum + size, 0);
    expect(models).toBeGreaterThan(0);
    expect(packed.size).toBeLessThan(largestPackage);
    const strays = packed.files
      .map(({ path }) => path)
      .filter((path) => /^(src|test|dist\/test)\/|\.map$|(?<!\.d)\.ts$/.test(path));
    expect(strays).toEqual([]);
  });

  it("has nothing that publint would change", async () => {
    const { messages, pkg } = await publint({ pkgDir: repository, pack: "npm", strict: true });
    expect(messages.map((message) => formatMessage(message, pkg as Record<string, unknown>))).toEqual([]);
  });

  it("runs elsewhere: the version, and the whole road of the demo", () => {
    expect(node(program(), "--version").stdout).toBe(`${manifest.version}\n`);
    const demo = node(program(), "demo", "--limit", "5", "--timesteps", "8");
    expect(demo.stderr).toBe("");
    expect(demo.stdout).toMatch(/\n0 mismatches \/ \d+ spikes\n$/);
  });

  it("is imported by both of its names", () => {
    writeFileSync(
      scratch("use.mjs"),
      'import * as all from "spikec"; import * as some from "spikec/browser"; console.log(Object.keys(some).every((name) => name in all), typeof all.readOnnxModel);',
    );
    expect(node("use.mjs")).toMatchObject({ stdout: "true function\n", stderr: "" });
  });

  it.each(["nodenext", "bundler"])(
    "has types that resolve under %s, dependencies' included",
    (moduleResolution) => {
      writeFileSync(scratch("package.json"), '{ "type": "module" }');
      writeFileSync(
        scratch("use.ts"),
        'import { convert, type Graph, type Network } from "spikec";\nimport { reportPage } from "spikec/browser";\nexport const names: [typeof convert, Graph?, Network?] = [convert];\nexport const page: string = reportPage({} as never);\n',
      );
      const module = moduleResolution === "nodenext" ? "nodenext" : "esnext";
      const compiler = join(
        dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
        "bin",
        "tsc",
      );
      const flags = ["--noEmit", "--strict", "--target", "es2023", "--lib", "es2023,dom", "--types", ""];
      const { stdout } = node(
        compiler,
        ...flags,
        "--module",
        module,
        "--moduleResolution",
        moduleResolution,
        "use.ts",
      );
      expect(stdout).toBe("");
    },
  );

  /** Processor time, since other work may run beside it; the least of several, since caches are cold at first. */
  it("answers --help within 150 ms", () => {
    const tell = `process.on("exit", () => {
      const { user, system } = process.cpuUsage();
      process.stderr.write(String((user + system) / 1000));
    })`;
    writeFileSync(scratch("tell.cjs"), tell);
    const words = ["--require", scratch("tell.cjs"), program(), "--help"];
    const times = Array.from({ length: 9 }, () => Number(node(...words).stderr));
    expect(Math.min(...times)).toBeGreaterThan(10);
    expect(Math.min(...times)).toBeLessThan(150);
  });

  it("has the files that its documents link to", () => {
    expect(existsSync(scratch("package", "docs", "guide.md"))).toBe(true);
    expect(existsSync(scratch("package", "docs", "read_spk.py"))).toBe(true);
  });
});
