/**
 * Rules of the house that a reader relies on: no chip's name in lowering, files that say what they are and stay short,
 * documents that match the code, and nothing in the repository that belongs to one machine.
 */
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorsMarkdown } from "../../src/errors/markdown.ts";
import { filesBelow, repository, textOf } from "./sources.ts";

const sources = [...filesBelow("src/", ".ts"), ...filesBelow("targets/", ".ts")];
const longest = 350;

describe("src/lower", () => {
  const chips = readdirSync(`${repository}targets`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "generic")
    .map(({ name }) => name);

  it("names no chip", () => {
    expect(chips).not.toEqual([]);
    const named = filesBelow("src/lower/", ".ts").flatMap((path) => {
      const text = textOf(path);
      // Whole words: "branch" and "encoding" hold names of chips and name none.
      const isNamed = (chip: string) => new RegExp(`\\b${chip}\\b`, "i").test(text);
      return chips.filter(isNamed).map((chip) => `${path} names ${chip}`);
    });
    expect(named).toEqual([]);
  });
});

describe("every source file", () => {
  it("begins by saying what it is about", () => {
    // A program's first line may name its interpreter.
    const wordless = sources.filter((path) => !/^(#![^\n]*\n)?\/\*\*/.test(textOf(path)));
    expect(wordless).toEqual([]);
  });

  it(`has at most ${longest} lines`, () => {
    const lengths = sources.map((path) => [path, textOf(path).split("\n").length - 1] as const);
    expect(lengths.filter(([, lines]) => lines > longest)).toEqual([]);
  });
});

describe("the repository", () => {
  it("has in docs/errors.md what the error table gives (npm run docs writes it)", () => {
    expect(textOf("docs/errors.md")).toBe(errorsMarkdown());
  });

  it("locks packages without download addresses", () => {
    const lock = JSON.parse(textOf("package-lock.json"));
    const addressed = Object.entries<object>(lock.packages).filter(([, entry]) => "resolved" in entry);
    expect(addressed.map(([name]) => name)).toEqual([]);
    expect(textOf("package-lock.json")).not.toMatch(/https?:\/\/[^"]*\.tgz/);
  });

  it("holds no path of one machine", () => {
    // Put together, so that this file does not hold what it looks for.
    const folders = ["work", "home", "root", "Users"].join("|");
    const machinePath = new RegExp(`(?<![\\w.)\\]}/])/(?:${folders})/[\\w.-]+|[A-Z]:\\\\\\\\?(?:${folders})`);
    const texts = [
      ...sources,
      ...["src/", "targets/", "docs/", "test/"].flatMap((folder) =>
        [".ts", ".md", ".json", ".proto", ".py"].flatMap((ending) => filesBelow(folder, ending)),
      ),
      ...["package.json", "tsconfig.json", "biome.json", "vitest.config.ts"],
    ];
    const found = [...new Set(texts)].flatMap((path) => {
      const match = machinePath.exec(textOf(path));
      return match ? [`${path}: ${match[0]}`] : [];
    });
    expect(machinePath.test(`see ${["", "work", "main"].join("/")}`)).toBe(true);
    expect(found).toEqual([]);
  });
});
