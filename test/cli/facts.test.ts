import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { textWidth } from "../../src/cli/text.ts";
import { errorTable } from "../../src/errors/table.ts";
import { allTargets } from "../../src/target/registry.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const golden = fileURLToPath(new URL("../golden/", import.meta.url));

const targets = await allTargets();

describe("targets", () => {
  it("lists every chip with its label and limits", async () => {
    const list = await resultOf(["targets"]);
    expect(list).toEqual(
      targets.map(({ chip: { name, title, label, limits }, proofs = [] }) => ({
        name,
        title,
        label,
        limits,
        proofs: proofs.map(({ suite, whose, vectors }) => ({ suite, whose, vectors })),
      })),
    );
    const { stdout } = await run(["targets"]);
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(textWidth);
  });

  it.each(targets.map(({ name }) => name))("shows all that is known of %s, with sources", async (name) => {
    const { chip } = targets.find((target) => target.name === name)!;
    expect(await resultOf(["targets", name])).toMatchObject({ ...chip, proofs: expect.anything() });
    const { stdout: printed } = await run(["targets", name]);
    for (const line of printed.split("\n")) expect(line.length, line).toBeLessThanOrEqual(textWidth);
    const stdout = printed.replaceAll(/\n {4}/g, " "); // Lines that were too long, joined again.
    for (const [limit, value] of Object.entries(chip.limits)) expect(stdout).toContain(`${limit} ${value}`);
    for (const rule of Object.keys(chip.rules)) expect(stdout).toContain(`  ${rule}: `);
    for (const { what, from } of chip.sources) expect(stdout).toContain(`${what}: ${from}`);
    for (const unknown of chip.unknown) expect(stdout).toContain(unknown);
    expect(stdout).not.toMatch(/[{}[\]"]|undefined/);
  });

  it("refuses a name that is none", async () => {
    await failureOf(["targets", "brain"], 2, "SPK-0406");
  });
});

describe("prove", () => {
  const suite = "rtl/ucaspian_vectors.json";

  it("runs the shipped vectors of a chip: whose they are, how many, all exact", async () => {
    const { results } = await resultOf(["prove", "ucaspian"]);
    expect(results).toMatchObject([
      { target: "ucaspian", suite: "rtl/ucaspian", vectors: 16, exact: 16, differing: [] },
    ]);
    expect(results[0].whose).toContain("185c31a");
    const { stdout } = await run(["prove"]);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain(
      "ucaspian rtl/ucaspian: 16 of 16 vectors exact (ORNL/uCaspian commit 185c31a",
    );
    expect(stdout).toContain("generic: no vectors of somebody else's");
  });

  it("exits 9 when one byte of one reply is another, and says where", async () => {
    cpSync(golden, scratch("golden"), { recursive: true });
    const file = JSON.parse(readFileSync(scratch("golden", suite), "utf8"));
    const { name, board_to_host: reply } = file.vectors[3];
    const middle = 2 * Math.floor(reply.length / 4);
    const flipped = (Number.parseInt(reply.slice(middle, middle + 2), 16) ^ 1).toString(16).padStart(2, "0");
    file.vectors[3].board_to_host = reply.slice(0, middle) + flipped + reply.slice(middle + 2);
    writeFileSync(scratch("golden", suite), JSON.stringify(file));
    const ended = await run(["prove", "ucaspian", "--golden", scratch("golden"), "--json"]);
    expect(ended.code).toBe(9);
    expect(ended.stderr).toContain("error SPK-0803: 1 vectors differ");
    const [result] = JSON.parse(ended.stdout).results;
    expect(result).toMatchObject({ vectors: 16, exact: 15 });
    expect(result.differing).toEqual([{ name, difference: expect.stringContaining(String(middle / 2)) }]);
  });

  it("is refused without vectors: an empty folder proves nothing", async () => {
    await failureOf(["prove", "ucaspian", "--golden", scratch("none")], 2, "SPK-0405");
    writeFileSync(scratch("golden", suite), JSON.stringify({ vectors: [] }));
    await failureOf(["prove", "ucaspian", "--golden", scratch("golden")], 2, "SPK-0405");
  });
});

describe("errors", () => {
  it("lists every code with its exit code and advice; docs/errors.md is its output", async () => {
    expect(await resultOf(["errors"])).toEqual(errorTable);
    const { stdout } = await run(["errors"]);
    for (const [code, { title }] of Object.entries(errorTable))
      expect(stdout).toContain(`### ${code}: ${title}`);
  });

  it("advises only commands that there are", () => {
    const known = new Set(commands.map(({ name }) => name));
    known.add("holds"); // "spikec holds at most ...": a sentence about the program.
    for (const [code, { advice }] of Object.entries(errorTable))
      for (const [, word] of advice.matchAll(/\bspikec ([a-z]+)/g)) expect(known, code).toContain(word);
  });
});
