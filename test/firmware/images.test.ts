/** The firmware images of the repository are made of its sources: `npm run firmware` makes them anew. */
import { describe, expect, it } from "vitest";
import { boards } from "../../targets/mcu/chip.ts";
import { emulatorOf } from "../../targets/mcu/emulated/index.ts";
import { firmwareBytes } from "../../targets/mcu/firmware/image.ts";
import {
  buildName,
  firmwareFolder,
  firmwareNames,
  readConfiguration,
  sourceHash,
} from "../../targets/mcu/firmware/sources.ts";
import { firmwareImage } from "./qemu.ts";

const folder = firmwareFolder();

describe.each(firmwareNames(folder))("the firmware image of the %s", (name) => {
  const image = firmwareImage(name);
  const configuration = readConfiguration(folder, name);

  it("is made of the sources that lie beside it", () => {
    expect(image.sources).toBe(sourceHash(folder, name, configuration));
  });

  it("holds the name of its sources, which HELLO tells", () => {
    const bytes = Buffer.from(firmwareBytes(image));
    expect(bytes.includes(buildName(image.sources))).toBe(true);
    expect(bytes.includes(configuration.board.name)).toBe(true);
  });

  it("is as large as it says, and leaves the slots alone", () => {
    expect(firmwareBytes(image).length).toBe(image.text + image.data);
    const inFlash = configuration.recipe.slotsAt - image.loadAt;
    if (inFlash > 0) expect(image.text + image.data).toBeLessThanOrEqual(inFlash);
  });
});

describe("an emulator that is not installed", () => {
  it("is named, with what to install; other failures stay what they are", async () => {
    const failing = (error: Error) => emulatorOf(boards[0], () => Promise.reject(error))!;
    const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
    await expect(failing(missing)()).rejects.toMatchObject({ code: "SPK-0521", exitCode: 5 });
    await expect(failing(new RangeError("other"))()).rejects.toThrow(RangeError);
  });
});
