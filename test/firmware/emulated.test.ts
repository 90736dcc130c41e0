/** The firmware itself, compiled C in emulated processors, beside the simulator: 0 mismatches, on real and on random networks. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connect } from "../../src/link/loader/connection.ts";
import { hello } from "../../src/link/loader/hello.ts";
import { upload } from "../../src/link/loader/upload.ts";
import { boards } from "../../targets/mcu/chip.ts";
import { emulatorOf } from "../../targets/mcu/emulated/index.ts";
import { mcuTarget } from "../../targets/mcu/index.ts";
import { dense, networkOf, population, spikesIn } from "../simulate/small-networks.ts";
import { draws, randomNetwork, randomSample } from "../simulate/wasm/random-network.ts";
import { converted, samplesFor, tamed } from "../targets/mcu/networks.ts";
import { linkTo, shareOf, sideBySide } from "./on-board.ts";

const emulated = async (name: string, firmware: string) =>
  linkTo(await mcuTarget(name).wire!.firmwareBoard!(firmware));

describe.each([
  ["rp2040", "core"],
  ["avr328p", "whole"],
])("digits_mlp on the emulated %s, its firmware %s", (name, firmware) => {
  it("spikes as the simulation does for 200 steps, in every layer, and ends with the same membranes", async () => {
    const network = await converted("digits_mlp", 16);
    const { samples } = samplesFor("digits_mlp");
    const found = await sideBySide(
      network,
      mcuTarget(name),
      await emulated(name, firmware),
      samples.slice(0, 13),
    );
    expect(found.comparison).toMatchObject({ mismatches: 0, first: null });
    expect(found.comparison.spikes).toBeGreaterThan(1000);
    expect(found.steps).toBeGreaterThanOrEqual(200);
    expect(found.otherMembranes).toBe(0);
    expect(found.computed).toBeGreaterThan(0);
  });
});

/** Bytes from the end of the memory down to the first stretch that was never written. */
function stackUsed(memory: Uint8Array): number {
  const untouched = 128;
  for (let used = 0; ; used++)
    if (memory.subarray(memory.length - used - untouched, memory.length - used).every((byte) => byte === 0))
      return used;
}

describe.each([
  { name: "rp2040", reserved: 2048 },
  { name: "avr328p", reserved: 400 },
])("the stack of the $name", ({ name, reserved }) => {
  it("stays within what the build keeps free for it", async () => {
    const board = await emulatorOf(boards.find((one) => one.name === name)!)!();
    const network = await converted("digits_mlp", 8, { input: "rate" });
    await sideBySide(network, mcuTarget(name), linkTo(board), samplesFor("digits_mlp").samples.slice(0, 2));
    const used = stackUsed(board.memory());
    expect(used).toBeGreaterThan(100);
    expect(used).toBeLessThan(reserved);
  });
});

describe("digits on the emulated rp2040", () => {
  it("are the simulation's classes, and right for 39 of 40 or more", async () => {
    const network = await converted("digits_mlp", 16);
    const { samples, labels } = samplesFor("digits_mlp");
    const target = mcuTarget("rp2040");
    const { classes } = await sideBySide(
      network,
      target,
      await emulated("rp2040", "core"),
      samples.slice(0, 100),
      "readout",
    );
    expect(classes.board).toEqual(classes.simulated);
    expect(shareOf(labels, classes.board)).toBeGreaterThanOrEqual(0.97);
  });
});

describe("a network that needs a part which the core firmware lacks", () => {
  it("is refused by name before a byte is sent, and by the board itself", async () => {
    const target = mcuTarget("rp2040");
    const network = networkOf({
      timesteps: 4,
      inputs: [spikesIn(1)],
      populations: [population("floored", { floor: { kind: "clamp", value: Int32Array.of(-5) } })],
      projections: [dense("input", "floored", [1])],
    });
    const image = await target.emit(target.place(network));
    const link = await emulated("rp2040", "core");
    await expect(target.wire!.flash(link, image)).rejects.toMatchObject({
      code: "SPK-0524",
      exitCode: 4,
      message: expect.stringContaining("floors"),
      advice: expect.stringContaining("spikec flash --firmware --parts whole --target rp2040"),
    });
    const connection = connect(link);
    const description = await hello(connection, "rp2040");
    expect(description).toMatchObject({ parts: 0, active: null });
    await expect(upload(connection, image.artifacts[0].bytes, description)).rejects.toMatchObject({
      code: "SPK-0516",
      message: expect.stringContaining("a part that the firmware was built without"),
    });
    connection.release();
    expect(target.wire!.smallestFirmware!(image)).toBe("whole");
    await target.wire!.flash(await emulated("rp2040", "whole"), image);
  });
});

describe("random networks on the emulated rp2040", () => {
  it("spike as in the simulator: connections, pools, delays, feedback and the whole law", async () => {
    const target = mcuTarget("rp2040");
    const link = await emulated("rp2040", "whole");
    let spikes = 0;
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(draws, async (draw) => {
        const drawn = randomNetwork(draw);
        const network = { ...drawn, populations: drawn.populations.map(tamed) };
        const sample = Float32Array.from(randomSample(draw, network));
        try {
          target.place(network, { observe: "all" });
        } catch (error) {
          // Sums that a 32-bit word might not hold are refused, as they should be.
          expect(error).toMatchObject({ code: "SPK-0401" });
          return;
        }
        const { comparison } = await sideBySide(network, target, link, [sample]);
        expect(comparison).toMatchObject({ mismatches: 0, first: null });
        spikes += comparison.spikes;
        ran++;
      }),
      // A failing network is not made smaller: every try loads and runs a board.
      { numRuns: 16, endOnFailure: true },
    );
    expect(ran).toBeGreaterThan(8);
    expect(spikes).toBeGreaterThan(1000);
  });
});
