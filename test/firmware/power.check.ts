/** As many power cuts on the firmware as on the model. */
import { describe, expect, it } from "vitest";
import { cutPowerOfFirmware } from "./power.ts";

describe.each(["rp2040", "avr328p"])("200 power cuts on the emulated %s", (name) => {
  it("leave the old network or the new one, whole, and never none", async () => {
    const { old, new: taken } = await cutPowerOfFirmware(name, 200);
    console.log(`${name}: ${old} kept the old network, ${taken} had the new one, 0 none`);
    expect(old + taken).toBe(200);
    expect(old).toBeGreaterThan(50);
    expect(taken).toBeGreaterThan(10);
  });
});
