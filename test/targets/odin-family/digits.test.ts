import { describe, expect, it } from "vitest";
import { openPty } from "../../../src/board/pty.ts";
import { openLink } from "../../../src/link/node/open.ts";
import type { Device, Image } from "../../../src/target/target.ts";
import { odin } from "../../../targets/odin/index.ts";
import { tinyodin } from "../../../targets/tinyodin/index.ts";
import { compareOnChip, digitsFor, originalRight, rightInSimulation } from "../digits-on-chip.ts";

/** Points that are lost of 500 images. */
const lost = (right: number) => (originalRight - right) / 5;
const hasTerminals = process.platform === "linux" || process.platform === "darwin";

describe("digits_mlp on tinyodin, T = 16", async () => {
  const network = await digitsFor(tinyodin.chip.rules, 16, 300);

  it("loses at most 1.5 points on the 500 test images", () => {
    expect(lost(rightInSimulation(network))).toBeLessThanOrEqual(1.5);
  });

  it("spikes on the chip as in the simulator, in every layer and step", async () => {
    const { spikes, mismatches, first } = await compareOnChip(tinyodin, network, 10);
    expect(first).toBeNull();
    expect(mismatches).toBe(0);
    expect(spikes).toBeGreaterThan(1000);
  });

  it.runIf(hasTerminals)("does so behind a pseudo-terminal, flashed and read back over it", async () => {
    const wire = tinyodin.wire!;
    const face = await openPty(wire.board());
    const open = async (image: Image): Promise<Device> => {
      const link = await openLink(face.path, { baudRate: wire.baudRate });
      const flashed = await wire.flash(link, image);
      expect(flashed.verified).toBe("read back");
      const device = await wire.device(link, image);
      return {
        ...device,
        async close() {
          await device.close();
          await link.close();
        },
      };
    };
    const { spikes, mismatches } = await compareOnChip(tinyodin, network, 3, open);
    await face.close();
    expect(mismatches).toBe(0);
    expect(spikes).toBeGreaterThan(300);
  });
});

describe("digits_mlp on odin, T = 32", async () => {
  const network = await digitsFor(odin.chip.rules, 32, 1000);

  it("loses at most 3 points on the 500 test images", () => {
    expect(lost(rightInSimulation(network))).toBeLessThanOrEqual(3);
  });

  it("spikes on the chip as in the simulator, in every layer and step", async () => {
    const { spikes, mismatches, first } = await compareOnChip(odin, network, 5);
    expect(first).toBeNull();
    expect(mismatches).toBe(0);
    expect(spikes).toBeGreaterThan(1000);
  });
});
