/** The golden self-test: the image's own inputs are run, and the digest of all spikes compared with the one that it brings. */
import { digestRows } from "../machine/digest.ts";
import type { Machine } from "../machine/machine.ts";

export function runGolden(machine: Machine): { readonly steps: number; readonly passed: boolean } {
  const { golden } = machine.program;
  machine.reset();
  let digest = 0;
  for (const { flags, entries } of golden.steps) {
    if (!machine.enter(flags, entries)) return { steps: golden.steps.length, passed: false };
    digest = digestRows(digest, machine.run());
  }
  return { steps: golden.steps.length, passed: digest === golden.digest };
}
