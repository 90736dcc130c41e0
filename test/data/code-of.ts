/**
 * The code of the SpikecError that something throws, or null where it throws nothing; any other error is a crash and passes.
 */
import { SpikecError } from "../../src/errors/error.ts";

export function codeOf(attempt: () => unknown): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    if (error instanceof SpikecError) return error.code;
    throw error;
  }
}
