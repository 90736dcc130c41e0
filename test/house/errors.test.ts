/**
 * The error table and the page made from it: complete, and each entry of use to a reader.
 */
import { describe, expect, it } from "vitest";
import { errorsMarkdown } from "../../src/errors/markdown.ts";
import { errorTable } from "../../src/errors/table.ts";
import { filesBelow, textOf } from "./sources.ts";

const entries = Object.entries(errorTable);

describe("the error table", () => {
  it.each(entries)("%s has a code of four digits, a title and advice that is a sentence", (code, entry) => {
    expect(code).toMatch(/^SPK-\d{4}$/);
    expect(entry.title).toMatch(/[^.]$/);
    expect(entry.advice).toMatch(/[.!?]$/);
  });

  it("holds no code that nothing throws", () => {
    const sources = [...filesBelow("src/", ".ts"), ...filesBelow("targets/", ".ts")];
    const code = sources
      .filter((path) => path !== "src/errors/table.ts")
      .map(textOf)
      .join("\n");
    expect(entries.map(([name]) => name).filter((name) => !code.includes(`"${name}"`))).toEqual([]);
  });
});

describe("errorsMarkdown", () => {
  it("shows every code once, with its exit code and advice", () => {
    const page = errorsMarkdown();
    for (const [code, { title, exit, advice }] of entries) {
      expect(page.split(`### ${code}: ${title}\n`), code).toHaveLength(2);
      expect(page).toContain(`Exit ${exit} (`);
      expect(page).toContain(advice);
    }
  });
});
