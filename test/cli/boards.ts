/** Virtual boards in processes of their own, as `spikec emulate` makes them. */
import { type Running, start } from "./spikec.ts";

export interface Board extends Running {
  /** What it printed as its first line: where clients find it. */
  readonly port: string;
}

export const hasTerminals = process.platform !== "win32";

/** The ways to reach a board on this system. */
export const faces: readonly (readonly string[])[] = hasTerminals
  ? [["--pty"], ["--tcp", "0"]]
  : [["--tcp", "0"]];

export async function emulate(...words: readonly string[]): Promise<Board> {
  const board = start(["emulate", "--target", "ucaspian", ...words]);
  return { ...board, port: await board.firstLine };
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
