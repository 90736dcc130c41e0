/**
 * Builds dist once before the tests: the command line is tested as its users run it, as a process of plain Node. The build is
 * incremental, so that it takes a second where nothing changed.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** tsc's exit code when it wrote nothing. Mere type errors are the business of the build and the editor, not of the tests. */
const nothingWritten = 1;

export default function build(): void {
  const repository = fileURLToPath(new URL("../../", import.meta.url));
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
  const compiler = join(dirname(manifest), "bin", "tsc");
  const words = [compiler, "-p", "tsconfig.build.json"];
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    cwd: repository,
    encoding: "utf8",
  });
  if (status === null || status === nothingWritten) throw new Error(`the build failed:\n${stdout}${stderr}`);
}
