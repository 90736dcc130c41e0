import { existsSync, readdirSync } from "node:fs";
import { posix } from "node:path";
import { expect, it } from "vitest";
import { filesBelow, repository, textOf } from "../house/sources.ts";

const chips = readdirSync(`${repository}targets`).map((chip) => `targets/${chip}/README.md`);
const documents = ["README.md", ...filesBelow("docs/", ".md"), ...chips].filter((path) =>
  existsSync(repository + path),
);

/** As GitHub makes them of headings. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[`*]/g, "")
    .replaceAll(/[^\w\s-]/g, "")
    .trim()
    .replaceAll(" ", "-");

function anchorsOf(path: string): string[] {
  return [...textOf(path).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading));
}

it.each(documents)("%s links to files and headings that there are", (path) => {
  const prose = textOf(path).replaceAll(/^```[\s\S]*?^```/gm, "");
  const broken = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [file, heading] = link.split("#");
      const to = file === "" ? path : posix.join(posix.dirname(path), file);
      if (!existsSync(repository + to)) return true;
      return heading !== undefined && to.endsWith(".md") && !anchorsOf(to).includes(heading);
    });
  expect(broken).toEqual([]);
});
