#!/usr/bin/env node
/** The program spikec as a process: words in, streams and an exit code out. */
import module from "node:module";

// Node 22.1 and later keep compiled code between runs: spikec is loaded file by file, and that is most of a short run.
(module as { enableCompileCache?(): unknown }).enableCompileCache?.();
const { runCommandLine } = await import("./program.ts");

// A reader that closes early (| head) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
});
const exitCode = await runCommandLine(process.argv.slice(2));
// Whatever a broken wire left open must not keep the process alive.
process.stdout.write("", () => process.exit(exitCode));
