/** What is known about an error code. */

/** 1 internal, 2 usage, 3 model, 4 does not fit, 5 port, 6 no reply, 7 protocol, 8 verify, 9 differs, 130 interrupted. */
export type ExitCode = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 130;

export interface ErrorEntry {
  readonly exit: ExitCode;
  readonly title: string;
  readonly advice: string;
}
