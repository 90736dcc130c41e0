/** The firmware images of the repository are made of its sources: `npm run firmware` makes them anew. */
import { describe, expect, it } from "vitest";
import { boards } from "../../targets/mcu/chip.ts";
import { emulatorOf } from "../../targets/mcu/emulated/index.ts";
import { firmwareBytes } from "../../targets/mcu/firmware/image.ts";
import {
  allBuilds,
  buildFile,
  buildName,
  firmwareFolder,
  readConfiguration,
  sourceHash,
} from "../../targets/mcu/firmware/sources.ts";
import { firmwareImage } from "./qemu.ts";

const folder = firmwareFolder();

describe.each(allBuilds(folder))("the image of the $firmware firmware of the $name", (build) => {
  const image = firmwareImage(buildFile(build));
  const configuration = readConfiguration(folder, build);

  it("is made of the sources that lie beside it", () => {
    expect(image.sources).toBe(sourceHash(folder, build.name, configuration));
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

/** What a Cortex-M board's core firmware may take: a figure of this project. */
const mostText = 4096;

describe.each(allBuilds(folder).filter(({ name, firmware }) => firmware === "core" && name !== "rv32"))(
  "the core firmware of the $name",
  (build) => {
    const image = firmwareImage(buildFile(build));
    const { arena, recipe, board } = readConfiguration(folder, build);

    it("has 4 KiB of text at most", () => {
      expect(image.text).toBeLessThanOrEqual(mostText);
    });

    it("keeps in memory the network's state, its frames and received bytes, and 256 bytes beside them at most", () => {
      const question = board.maxFrame + board.flash.granule;
      const lists = recipe.wireRing + question + board.window * (board.maxFrame + 8);
      const stack = 2048;
      expect(image.data + image.bss).toBeLessThanOrEqual(arena + lists + stack + 256);
    });
  },
);

describe("an emulator that is not installed", () => {
  it("is named, with what to install; other failures stay what they are", async () => {
    const failing = (error: Error) => emulatorOf(boards[0], () => Promise.reject(error))!;
    const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
    await expect(failing(missing)()).rejects.toMatchObject({ code: "SPK-0521", exitCode: 5 });
    await expect(failing(new RangeError("other"))()).rejects.toThrow(RangeError);
  });
});
