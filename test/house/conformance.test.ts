/**
 * The conformance run can fail: a flipped byte, a missing or empty suite, a suite without vectors each end in exit 1.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { conformance } from "../conformance/conformance.ts";
import { runSuite } from "../conformance/run-suite.ts";
import { readSuites } from "../conformance/suites.ts";
import { repository } from "./sources.ts";

const vectors = "rtl/ucaspian_vectors.json";
let tree: string;

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "spikec-golden-"));
  mkdirSync(join(tree, "rtl"));
  cpSync(join(repository, "test/golden", vectors), join(tree, vectors));
});
afterEach(() => rmSync(tree, { recursive: true, force: true }));

async function run(...parameters: string[]) {
  const lines: string[] = [];
  const errors: string[] = [];
  // Also where other suites are done by now, these tests are about one.
  const known = readSuites().filter(({ name, status }) => name === "rtl/ucaspian" || status === "not yet");
  const suites = [...known, { ...known[0], name: "rtl/waiting", status: "not yet" as const }];
  const output = { out: (line: string) => lines.push(line), error: (line: string) => errors.push(line) };
  const code = await conformance(["--golden", tree, ...parameters], output, suites);
  return { code, lines, errors: errors.join("\n") };
}

/** Rewrites the vectors of the tree. */
function change(edit: (file: { vectors: Record<string, string>[] }) => void): void {
  const path = join(tree, vectors);
  const file = JSON.parse(readFileSync(path, "utf8"));
  edit(file);
  writeFileSync(path, JSON.stringify(file));
}

describe("the conformance run", () => {
  it("passes on the golden vectors, with a line a suite and a total", async () => {
    const { code, lines, errors } = await run();
    expect(errors).toBe("");
    expect(code).toBe(0);
    const counted = lines.map((line) => line.trim().split(/\s+/));
    const count = JSON.parse(readFileSync(join(tree, vectors), "utf8")).vectors.length;
    expect(count).toBeGreaterThan(0);
    expect(counted).toContainEqual(["rtl/ucaspian", `${count}`, `${count}`, "0"]);
    expect(counted).toContainEqual(["rtl/waiting", "not", "yet"]);
    expect(counted.at(-1)).toEqual(["total", `${count}`, `${count}`, "0"]);
  });

  it("fails on one flipped bit of an expected reply, and names vector and byte", async () => {
    let name = "";
    change(({ vectors: all }) => {
      const vector = all[3];
      name = vector.name;
      const flipped = (Number.parseInt(vector.board_to_host[0], 16) ^ 1).toString(16);
      vector.board_to_host = flipped + vector.board_to_host.slice(1);
    });
    const { code, lines, errors } = await run();
    expect(code).toBe(1);
    expect(lines.find((line) => line.startsWith("rtl/ucaspian"))).toMatch(/ 1$/);
    expect(errors).toContain(`${name}: reply byte 0`);
  });

  it("runs every vector of the file, whatever its name", async () => {
    change(({ vectors: all }) => all.push({ ...all[0], name: "added" }));
    const { lines } = await run("--suite", "rtl/ucaspian");
    const before = JSON.parse(readFileSync(join(repository, "test/golden", vectors), "utf8")).vectors.length;
    expect(lines[1].split(/\s+/)[1]).toBe(`${before + 1}`);
  });

  it.each([
    ["a missing file", () => rmSync(join(tree, vectors))],
    ["an empty folder", () => rmSync(join(tree, "rtl"), { recursive: true })],
    ["an empty file", () => writeFileSync(join(tree, vectors), "")],
    ["a file without vectors", () => change((file) => file.vectors.splice(0))],
    ["a file that is no JSON", () => writeFileSync(join(tree, vectors), "{")],
  ])("fails on %s of a suite that is done", async (_, spoil) => {
    spoil();
    for (const parameters of [[], ["--suite", "rtl/ucaspian"]]) {
      const { code, errors } = await run(...parameters);
      expect(code).toBe(1);
      expect(errors).toContain("rtl/ucaspian");
    }
  });

  it("fails where a suite that is not yet done is asked for by name", async () => {
    const { code, errors } = await run("--suite", "rtl/waiting");
    expect(code).toBe(1);
    expect(errors).toContain("rtl/waiting is not yet done");
  });

  it("exits 2 on a suite or an option that does not exist", async () => {
    expect((await run("--suite", "rtl/nothing")).code).toBe(2);
    expect((await run("--engine", "steam")).code).toBe(2);
    expect((await run("--nonsense")).code).toBe(2);
  });

  it("prints one object with --json", async () => {
    const { code, lines } = await run("--json");
    expect(code).toBe(0);
    expect(lines).toHaveLength(1);
    const { suites, total, passed } = JSON.parse(lines[0]);
    expect(passed).toBe(true);
    expect(total.differing).toBe(0);
    expect(suites.find(({ suite }: { suite: string }) => suite === "rtl/ucaspian")).toMatchObject({
      outcome: "passed",
      differing: 0,
      exact: total.vectors,
    });
  });
});

describe("the small copy in the repository", () => {
  const suite = readSuites().find(({ name }) => name === "rtl/ucaspian")!;

  it("passes over a suite that it does not hold", async () => {
    rmSync(join(tree, vectors));
    const result = await runSuite(
      suite,
      { folder: tree, partial: true, whole: false },
      { engine: "reference" },
    );
    expect(result.outcome).toBe("not here");
  });

  it("is enough for the suites that are done", async () => {
    const small = { folder: join(repository, "test/golden"), partial: false, whole: false };
    expect((await runSuite(suite, small, { engine: "reference" })).outcome).toBe("passed");
  });
});

describe("suites.json", () => {
  it("lists every suite of the design once", () => {
    const names = readSuites().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const expected = {
      neurons: ["snntorch", "sinabs", "lava", "odin", "encoders"],
      nir: ["files", "negative", "lif", "braille", "digits", "cnn"],
      loihi: ["lava", "nengo", "netx", "samples"],
      speck: ["quantize", "mapping", "misc", "nets"],
      xylo: ["sim", "quantize", "braille"],
      rtl: ["ucaspian", "odin", "tinyodin", "ranc"],
    };
    const all = Object.entries(expected).flatMap(([group, own]) => own.map((name) => `${group}/${name}`));
    expect(names).toEqual([...all, "engine", "link"]);
  });

  it("names the file of every vector proof that a target ships", async () => {
    const { allTargets } = await import("../../src/target/registry.ts");
    const targets = await allTargets();
    const suites = new Map(readSuites().map((suite) => [suite.name, suite]));
    for (const proof of targets.flatMap((target) => target.proofs ?? [])) {
      expect(suites.get(proof.suite)?.status, proof.suite).toBe("done");
      expect(suites.get(proof.suite)?.files).toEqual(proof.files);
      expect(suites.get(proof.suite)?.vectors, proof.suite).toBe(proof.vectors);
    }
  });
});
