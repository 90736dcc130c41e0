/** The version of this program, from package.json: the same number in --version and in every .spk file. */
import { readFileSync } from "node:fs";

function packageJson(folder: URL): { name?: string; version?: string } | null {
  try {
    return JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  } catch {
    return null;
  }
}

/** The nearest package.json of spikec above this file: sources and built files lie at different depths. */
function findVersion(): string {
  for (const up of ["../../", "../../../"]) {
    const found = packageJson(new URL(up, import.meta.url));
    if (found?.name === "spikec" && found.version !== undefined) return found.version;
  }
  return "0.0.0";
}

export const version = findVersion();
