import { describe, expect, it } from "vitest";
import { cutPowerOfFirmware } from "./power.ts";

describe.each(["rp2040", "avr328p"])("power cuts on the emulated %s", (name) => {
  it("leave the old network or the new one, whole, and never none", async () => {
    const { old, new: taken } = await cutPowerOfFirmware(name, 12);
    expect(old + taken).toBe(12);
    expect(old).toBeGreaterThan(3);
    expect(taken).toBeGreaterThan(0);
  });
});
