/** How an error ends: always a SpikecError with a code, where and advice; a stack trace only with --debug. */
import { CommanderError } from "commander";
import { SpikecError } from "../errors/error.ts";

/** Anything thrown, as an error with a code. */
export function toSpikecError(error: unknown): SpikecError {
  if (error instanceof SpikecError) return error;
  if (error instanceof CommanderError)
    return new SpikecError("SPK-0002", error.message.replace(/^error: /, ""), { cause: error });
  const message = error instanceof Error ? error.message : String(error);
  return new SpikecError("SPK-0001", message, { cause: error });
}

export function errorJson({ code, message, where, advice }: SpikecError) {
  return { error: { code, message, where: where ?? null, advice } };
}

/** "error SPK-0301: what", where and help on lines of their own. */
export function errorText(error: SpikecError, debug: boolean): string {
  const lines = [`error ${error.code}: ${error.message}`];
  if (error.where !== undefined) lines.push(`  where: ${error.where}`);
  lines.push(`  help: ${error.advice}`);
  if (debug) lines.push(String((error.cause as Error | undefined)?.stack ?? error.stack));
  return lines.join("\n");
}
