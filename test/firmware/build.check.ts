/** The compilers of this machine make the images of the repository again: the same bytes from the same compiler. */
import { describe, expect, it } from "vitest";
import { compile, compilerVersion } from "../../targets/mcu/firmware/compile.ts";
import {
  allBuilds,
  buildFile,
  buildName,
  firmwareFolder,
  readConfiguration,
} from "../../targets/mcu/firmware/sources.ts";
import { firmwareImage } from "./qemu.ts";

const folder = firmwareFolder();

describe.each(allBuilds(folder))("the $firmware firmware of the $name", (build) => {
  it("is built without a warning, and bit by bit as in the repository where the compiler is the same", async () => {
    const image = firmwareImage(buildFile(build));
    const configuration = readConfiguration(folder, build);
    const version = await compilerVersion(configuration.recipe.compiler);
    expect(
      version,
      `${configuration.recipe.compiler}-gcc is not installed; the README says which packages`,
    ).not.toBeNull();
    const { bytes, text, data, bss } = await compile(
      folder,
      build.name,
      configuration,
      buildName(image.sources),
    );
    console.log(`${buildFile(build)}: text ${text}, data ${data}, bss ${bss}`);
    if (version === image.compiler) expect(Buffer.from(bytes).toString("base64")).toBe(image.bytes);
    else expect(Math.abs(text - image.text)).toBeLessThan(0.2 * image.text);
  });
});

describe("a firmware that is too large for its board", () => {
  const buildWith = (name: string, change: object) => {
    const configuration = { ...readConfiguration(folder, { name, firmware: "whole" }), ...change };
    return compile(folder, name, configuration, "too large");
  };

  it("fails to build: state that leaves no stack, and code that reaches into the slots", async () => {
    await expect(buildWith("cortex-m0", { arena: 14 * 1024 })).rejects.toThrow(/overflowed/);
    await expect(buildWith("avr328p", { arena: 1200 })).rejects.toThrow(/bytes of RAM/);
    const { recipe } = readConfiguration(folder, { name: "avr328p", firmware: "whole" });
    await expect(buildWith("avr328p", { recipe: { ...recipe, flashLimit: 8000 } })).rejects.toThrow(
      /bytes of flash/,
    );
  });
});
