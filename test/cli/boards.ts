/** Virtual boards in processes of their own, as `spikec emulate` makes them. */
import { readFileSync } from "node:fs";
import { type Running, start } from "./spikec.ts";

export interface Board extends Running {
  /** What it printed as its first line: where clients find it. */
  readonly port: string;
}

/** Pseudo-terminals, and signals from one process to another: what Windows has not. */
export const hasTerminals = process.platform !== "win32";
export const hasSignals = process.platform !== "win32";

/** The ways to reach a board on this system, as words for emulate. */
export const faces: readonly (readonly string[])[] = hasTerminals
  ? [["--pty"], ["--tcp", "0"]]
  : [["--tcp", "0"]];

export async function emulateTarget(target: string, ...words: readonly string[]): Promise<Board> {
  const board = start(["emulate", "--target", target, ...words]);
  return { ...board, port: await board.firstLine };
}

export const emulate = (...words: readonly string[]): Promise<Board> => emulateTarget("ucaspian", ...words);

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Whether processor time of other processes can be read here. */
export const hasProcessorTimes = process.platform === "linux";

/** Milliseconds of processor time that a running process has used. */
export function processorTime({ child }: Running): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, "latin1").split(") ")[1].split(" ");
  const [user, system] = [Number(fields[11]), Number(fields[12])]; // proc(5): utime and stime, in ticks of 10 ms.
  return 10 * (user + system);
}
