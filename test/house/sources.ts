/**
 * What the house tests look at: source files of the repository, and what each of them imports.
 */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../", import.meta.url));

export interface Import {
  /** As written: "../errors/error.ts", "node:fs", "fflate". */
  readonly specifier: string;
  /** `import type`: erased, so that nothing of it runs. */
  readonly typeOnly: boolean;
}

/** Paths of all files below a folder, relative to the repository, with forward slashes; sorted. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(new URL(folder, new URL("../../", import.meta.url)), { withFileTypes: true })
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(`${path}/`, ending);
      return entry.name.endsWith(ending) ? [path] : [];
    })
    .sort();
}

export function textOf(path: string): string {
  return readFileSync(new URL(path, new URL("../../", import.meta.url)), "utf8");
}

/** The code without its comments, so that an example in one is not taken for an import. Strings stay as they are. */
export function codeOf(source: string): string {
  const stringsAndComments =
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return source.replaceAll(stringsAndComments, (_, text: string | undefined) => text ?? "");
}

/** All imports and re-exports of a TypeScript source, also dynamic ones of a literal. */
export function importsOf(source: string): Import[] {
  const code = codeOf(source);
  const statements = [
    ...code.matchAll(/^\s*(?:import|export)\s+(type\s+)?[^;"'`]*?from\s*["']([^"']+)["']/gm),
  ];
  const bare = [...code.matchAll(/^\s*import\s*["']([^"']+)["']/gm)];
  const dynamic = [...code.matchAll(/\b(?:import|require)\s*\(\s*["'`]([^"'`]+)["'`]/g)];
  return [
    ...statements.map(([, type, specifier]) => ({ specifier, typeOnly: type !== undefined })),
    ...[...bare, ...dynamic].map(([, specifier]) => ({ specifier, typeOnly: false })),
  ];
}

/** The file that a relative import of `from` means, relative to the repository; null for packages and Node modules. */
export function resolveImport(from: string, specifier: string): string | null {
  if (!specifier.startsWith(".")) return null;
  return posix.join(posix.dirname(from), specifier);
}
