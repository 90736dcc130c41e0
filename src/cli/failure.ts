/** How an error is told: always a SpikecError with a code, where and advice; a stack trace only with --debug. */
import { styleText } from "node:util";
import { SpikecError } from "../errors/error.ts";
import type { FitError } from "../target/fit.ts";

/** Anything thrown, as an error with a code. */
export function toSpikecError(error: unknown): SpikecError {
  if (error instanceof SpikecError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new SpikecError("SPK-0001", message, { cause: error });
}

/** The object of a failed command with --json. Of a network that does not fit, every reason by itself. */
export function errorJson(error: SpikecError) {
  const { code, message, where, advice } = error;
  const { reasons } = error as Partial<FitError>;
  return { error: { code, message, where: where ?? null, advice, ...(reasons && { reasons }) } };
}

/** https://no-color.org: set and not empty means none. */
function wantsColours(): boolean {
  return process.stderr.isTTY && !process.env.NO_COLOR;
}

/** "error SPK-0301: what", where and help on lines of their own. */
export function errorText(error: SpikecError, debug: boolean): string {
  const label = `error ${error.code}:`;
  const lines = [`${wantsColours() ? styleText(["bold", "red"], label) : label} ${error.message}`];
  if (error.where !== undefined) lines.push(`  where: ${error.where}`);
  lines.push(`  help: ${error.advice}`);
  if (debug) lines.push(String((error.cause as Error | undefined)?.stack ?? error.stack));
  return lines.join("\n");
}
