/** digits_mlp on a Speck: a convolution over 64 channels of one pixel. mnist_lenet takes minutes; targets/speck/README.md has it. */
import { describe, expect, it } from "vitest";
import { createSimulator } from "../../../src/simulate/reference.ts";
import { speck2f } from "../../../targets/speck/index.ts";
import { firingPopulations } from "../../network/firing.ts";
import { compareOnChip, digitsFor, originalRight, rightInSimulation } from "../digits-on-chip.ts";

const timesteps = 16;
const network = await digitsFor(speck2f.chip.rules, timesteps, 300);

describe("digits_mlp on speck2f", () => {
  it("gets at most 5 of 500 test images more wrong than the original, at T = 16", () => {
    expect(originalRight - rightInSimulation(network)).toBeLessThanOrEqual(5);
  });

  it("computes on the chip what the simulator computes, spike by spike", async () => {
    const { spikes, mismatches } = await compareOnChip(speck2f, network, 40);
    expect(spikes).toBeGreaterThan(4000);
    expect(mismatches).toBe(0);
  });

  it("sends several spikes a step, as the chip does", () => {
    expect(firingPopulations(network).map(({ law }) => law.maxSpikes)).toEqual([0, 0]);
    const input = { steps: 1, events: new Map([["input", burst()]]) };
    const { train } = createSimulator({ ...network, timesteps: 1 }).run(input);
    const counts = [...train.events.values()].flatMap(({ values }) => [...(values ?? [])]);
    expect(Math.max(...counts)).toBeGreaterThan(1);
  });
});

/** Every pixel eight times in one step. */
function burst() {
  const neurons = Uint32Array.from({ length: 64 }, (_, i) => i);
  return { offsets: Uint32Array.of(0, 64), neurons, values: new Int32Array(64).fill(8) };
}
