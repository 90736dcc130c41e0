#!/usr/bin/env node
/** The program spikec as a process: words in, streams and an exit code out. */
import { runCommandLine } from "./program.ts";

// A reader that closes early (| head) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
});
const exitCode = await runCommandLine(process.argv.slice(2));
// Whatever a broken wire left open must not keep the process alive.
process.stdout.write("", () => process.exit(exitCode));
