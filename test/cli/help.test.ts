import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { textWidth } from "../../src/cli/text.ts";
import { codeOf, resolveImport, textOf } from "../house/sources.ts";
import { failureOf } from "./in-process.ts";
import { spikec } from "./spikec.ts";

const names = commands.map(({ name }) => name);

describe("spikec --help", () => {
  it("lists every command, and exits 0", async () => {
    const { code, stdout, stderr } = await spikec(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const { name, summary } of commands) {
      expect(stdout).toContain(`  ${name} `);
      expect(stdout.replaceAll(/\s+/g, " "), `the summary of ${name}`).toContain(summary);
    }
  });

  it("is the answer to no command at all, on standard error with exit code 2", async () => {
    const [asked, unasked] = await Promise.all([spikec(["--help"]), spikec([])]);
    expect(unasked).toEqual({ code: 2, stdout: "", stderr: asked.stdout });
  });

  it("waits for none of the heavy rooms", () => {
    const reached = new Set(["src/cli/main.ts", "src/cli/program.ts"]);
    const packages = new Set<string>();
    for (const from of reached) {
      const imports = codeOf(textOf(from)).matchAll(/^(?:import|export)\s(?!type\s)[^;]*?from\s*"([^"]+)"/gm);
      for (const [, specifier] of imports) {
        const to = resolveImport(from, specifier);
        if (to === null) packages.add(specifier);
        else reached.add(to);
      }
    }
    expect(reached).toContain("src/cli/failure.ts");
    const heavy = [...reached].filter((path) =>
      /^src\/(import|lower|simulate|network|data)\/|^targets\//.test(path),
    );
    expect(heavy).toEqual([]);
    expect([...packages].filter((name) => !name.startsWith("node:"))).toEqual(["commander"]);
  });
});

describe("spikec COMMAND --help", () => {
  it.each(names)(
    "%s: says what it does, with an example to copy, in lines that fit a terminal",
    async (name) => {
      const { code, stdout, stderr } = await spikec([name, "--help"]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(new RegExp(`^Usage: spikec ${name} `));
      for (const option of ["--json ", "--json-events ", "--quiet ", "--debug "])
        expect(stdout).toContain(option);
      expect(stdout.trimEnd()).toMatch(new RegExp(`\\nExamples:\\n(  .*\\n)*  spikec ${name}\\b[^]*$`));
      const widest = stdout.split("\n").reduce((most, line) => Math.max(most, line.length), 0);
      expect(widest, "columns of the widest line").toBeLessThanOrEqual(textWidth);
    },
  );

  it("tells which options must be given", async () => {
    const { stdout } = await spikec(["help", "convert"]);
    expect(stdout).toMatch(/-o, --output <file> .*\(required\)/);
    expect(stdout).not.toMatch(/--seed .*\(required\)/);
  });
});

describe("wrong usage", () => {
  it("is refused with exit code 2 and the command whose help is of use", async () => {
    const wrong: [words: string[], message: string, help: string][] = [
      [["paint"], "unknown command 'paint'", "See spikec --help"],
      [["convrt", "a.onnx"], "Did you mean convert?", "See spikec --help"],
      [
        ["convert", "a.onnx", "-o", "a.spk", "--loud"],
        "unknown option '--loud'",
        "See spikec convert --help.",
      ],
      [
        ["convert", "a.onnx"],
        "required option '-o, --output <file>' not specified",
        "See spikec convert --help.",
      ],
      [["convert"], "required option", "See spikec convert --help."],
      [["inspect"], "missing required argument 'file'", "See spikec inspect --help."],
      [["inspect", "a.spk", "b.spk"], "too many arguments", "See spikec inspect --help."],
      [
        ["convert", "a.onnx", "-o", "a.spk", "--timesteps", "0"],
        "A whole number from 1 to 65536",
        "convert --help",
      ],
      [
        ["convert", "a.onnx", "-o", "a.spk", "--timesteps", "1.5"],
        "A whole number from 1 to 65536",
        "convert --help",
      ],
      [
        ["convert", "a.onnx", "-o", "a.spk", "--weights", "1"],
        "A whole number from 2 to 16",
        "convert --help",
      ],
      [["convert", "a.onnx", "-o", "a.spk", "--input-scale", "0"], "A number above 0", "convert --help"],
      [
        ["convert", "a.onnx", "-o", "a.spk", "--input", "morse"],
        "Allowed choices are analog, rate",
        "convert --help",
      ],
      [["demo", "--limit", "501"], "A whole number from 1 to 500", "demo --help"],
      [["emulate", "--target", "ucaspian", "--tcp", "65536"], "from 0 to 65535", "emulate --help"],
      [["emulate", "--target", "ucaspian", "--pty", "--tcp", "0"], "--pty and --tcp", "spikec"],
    ];
    await Promise.all(
      wrong.map(async ([words, message, help]) => {
        const { stdout, stderr } = await failureOf(words, 2, "SPK-0002");
        expect(stderr).toContain(message);
        expect(stderr).toContain(help);
        expect(stdout).toBe("");
      }),
    );
  });

  it("of a target is refused with the names that there are", async () => {
    const { stderr } = await failureOf(
      ["convert", "a.onnx", "-o", "a.spk", "--target", "brain"],
      2,
      "SPK-0406",
    );
    expect(stderr).toContain("Known targets: generic, ucaspian");
  });
});

describe("spikec --version", () => {
  it("prints the version of the package", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect(await spikec(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });
});
