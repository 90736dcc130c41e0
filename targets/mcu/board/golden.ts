/** The golden self-test: the image's own inputs are run, and the digest of all spikes compared with the one that it brings. */
import { digestSpikes } from "../machine/digest.ts";
import type { Machine } from "../machine/machine.ts";

/** An image without golden spikes passes, with 0 steps. */
export function runGolden(machine: Machine): { readonly steps: number; readonly passed: boolean } {
  const { golden } = machine.program;
  if (golden === null) return { steps: 0, passed: true };
  machine.reset();
  let digest = 0;
  let spikes = 0;
  for (const { flags, entries } of golden.steps) {
    if (!machine.enter(flags, entries)) return { steps: golden.steps.length, passed: false };
    const step = machine.step();
    const fired = machine.run();
    digest = digestSpikes(digest, fired, step);
    spikes += fired.reduce((sum, neurons) => sum + neurons.length, 0);
  }
  return { steps: golden.steps.length, passed: digest === golden.digest && spikes === golden.spikes };
}
