/**
 * Every error that spikec can report: code, exit code, title and what to do about it.
 * Codes are stable: a number is never given a second meaning. docs/errors.md is generated from this table.
 */

/** 1 internal, 2 usage, 3 model, 4 does not fit, 5 port, 6 no reply, 7 protocol, 8 verify, 9 differs, 130 interrupted. */
export type ExitCode = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 130;

export interface ErrorEntry {
  readonly exit: ExitCode;
  readonly title: string;
  readonly advice: string;
}

const entries = {
  // 00xx: the program itself
  "SPK-0001": {
    exit: 1,
    title: "Internal error",
    advice: "This is a defect of spikec. Run again with --debug and report the stack trace.",
  },
  "SPK-0002": { exit: 2, title: "Wrong usage", advice: "See spikec --help, or spikec COMMAND --help." },
  "SPK-0003": { exit: 130, title: "Interrupted", advice: "Nothing half-written was left behind; run the command again." },
  // 01xx: import
  // 02xx: graph
  // 03xx: lowering
  // 04xx: target, placement
  // 05xx: link, ports, boards
  // 06xx: data files
  // 07xx: .spk files
  // 08xx: verification
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof entries;
export const errorTable: Readonly<Record<ErrorCode, ErrorEntry>> = entries;
