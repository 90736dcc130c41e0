/** Firmware in qemu: the behaviour of a board, and 1000 steps of a real network beside the simulator. */
import { describe, expect, it } from "vitest";
import { mcuTarget } from "../../targets/mcu/index.ts";
import { describeBoard } from "../board/behaviour.ts";
import { hasCollection } from "../sample-models.ts";
import { converted, samplesFor } from "../targets/mcu/networks.ts";
import { shareOf, sideBySide } from "./on-board.ts";
import { qemuTargets, startQemu } from "./qemu.ts";

const firmwares = ["core", "whole"] as const;
const all = qemuTargets.flatMap((name) => firmwares.map((firmware) => ({ name, firmware })));

for (const { name, firmware } of all)
  describeBoard({
    name: `the ${firmware} firmware of the ${name} in qemu`,
    make: async () => ({ target: mcuTarget(name), ...(await startQemu(name, firmware)) }),
    networks: async () => [
      await converted("wine_mlp", 16),
      await converted("wine_mlp", 12, { input: "rate" }),
    ],
    samples: () => samplesFor("wine_mlp").samples,
  });

describe.each(all)("digits_mlp on the $firmware firmware of the $name in qemu", ({ name, firmware }) => {
  it("spikes as the simulation does for 1000 steps, and ends with the same membranes", async () => {
    const network = await converted("digits_mlp", 16);
    const board = await startQemu(name, firmware);
    const link = await board.open();
    const { samples } = samplesFor("digits_mlp");
    const found = await sideBySide(network, mcuTarget(name), link, samples.slice(0, 63)).finally(() =>
      board.close(),
    );
    expect(found.steps).toBeGreaterThanOrEqual(1000);
    expect(found.comparison).toMatchObject({ mismatches: 0, first: null });
    expect(found.comparison.spikes).toBeGreaterThan(5000);
    expect(found.otherMembranes).toBe(0);
  });
});

/** The network lies in the whole collection of sample models. */
describe.runIf(hasCollection)("mnist_lenet on the core firmware of the cortex-m4 in qemu", () => {
  it("has the integers' spikes and classes on 100 images", async () => {
    const network = await converted("mnist_lenet", 8);
    const board = await startQemu("cortex-m4", "core");
    const link = await board.open();
    const { samples, labels } = samplesFor("mnist_lenet");
    const found = await sideBySide(network, mcuTarget("cortex-m4"), link, samples.slice(0, 100)).finally(() =>
      board.close(),
    );
    console.log(
      `mnist_lenet: ${found.comparison.mismatches} mismatches / ${found.comparison.spikes} spikes, ` +
        `accuracy ${shareOf(labels, found.classes.board)}`,
    );
    expect(found.comparison).toMatchObject({ mismatches: 0, first: null });
    expect(found.otherMembranes).toBe(0);
    expect(found.classes.board).toEqual(found.classes.simulated);
    expect(shareOf(labels, found.classes.board)).toBeGreaterThan(0.9);
  });
});
