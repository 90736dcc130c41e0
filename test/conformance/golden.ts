/**
 * A golden tree: where it is, and which of its files belong to a suite. Files are read one at a time, when they are needed.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of package.json, from the sources as from dist. */
export const repository = findRepository(dirname(fileURLToPath(import.meta.url)));

/** More than this in one file is no vector of ours. */
const largestFile = 2 ** 28;

export interface Golden {
  readonly folder: string;
  /** The small copy in the repository, which holds some of the suites only. */
  readonly partial: boolean;
  /** The big tree beside the repository: every vector that suites.json counts is there. */
  readonly whole: boolean;
}

/** Files of one suite, by paths below the golden folder. */
export interface GoldenFiles {
  readonly paths: readonly string[];
  read(path: string): Uint8Array;
}

/** The tree to use: the one asked for, else the big one beside the repository, else the small copy in it. */
export function findGolden(asked: string | undefined): Golden {
  if (asked !== undefined) return { folder: asked, partial: false, whole: false };
  const shared = join(repository, "../shared/golden");
  if (existsSync(shared)) return { folder: shared, partial: false, whole: true };
  return { folder: join(repository, "test/golden"), partial: true, whole: false };
}

/** The files that the patterns match, or what is missing. */
export function goldenFiles(golden: Golden, patterns: readonly string[]): GoldenFiles | { missing: string } {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const matches = matching(golden.folder, pattern);
    if (matches.length === 0) return { missing: pattern };
    for (const path of matches) found.add(path);
  }
  return { paths: [...found].sort(), read: (path) => readGolden(golden.folder, path) };
}

function readGolden(folder: string, path: string): Uint8Array {
  const { size } = statSync(join(folder, path));
  if (size > largestFile) throw new Error(`${path} has ${size} bytes; the most is ${largestFile}`);
  return new Uint8Array(readFileSync(join(folder, path)));
}

/** Paths below `folder` of a file, of all files in a folder ("a/b/"), or of files whose name has * in it. */
function matching(folder: string, pattern: string): string[] {
  if (pattern.endsWith("/")) return filesBelow(folder, pattern.slice(0, -1));
  const parent = dirname(pattern);
  const name = pattern.slice(parent.length + 1);
  const parts = name.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${parts.join(".*")}$`);
  return filesBelow(folder, parent).filter(
    (path) => dirname(path) === parent && expression.test(path.slice(parent.length + 1)),
  );
}

/** A README beside the vectors is none of them. */
function filesBelow(folder: string, path: string): string[] {
  const here = join(folder, path);
  if (!existsSync(here) || !statSync(here).isDirectory()) return [];
  return readdirSync(here, { withFileTypes: true }).flatMap((entry) => {
    const below = `${path}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(folder, below);
    return entry.isFile() && entry.name !== "README.md" ? [below] : [];
  });
}

function findRepository(start: string): string {
  if (existsSync(join(start, "package.json"))) return start;
  const parent = dirname(start);
  if (parent === start) throw new Error("no package.json above the conformance run");
  return findRepository(parent);
}
