/** Firmware from the command line: emulated, flashed for the first time, and exported as C. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { listenTcp } from "../../src/board/tcp.ts";
import { firmwareBytes } from "../../targets/mcu/firmware/image.ts";
import { firmwareImage } from "../firmware/qemu.ts";
import { createStk500Board } from "../link/first-flash/stk500-board.ts";
import { emulateTarget } from "./boards.ts";
import { failureOf, resultOf } from "./in-process.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const network = scratch("wine.spk");
const calibration = "test/golden/models/wine.calib_x.npy";
const samples = ["--input", "test/golden/models/wine.test_x.npy", "--limit", "2"];

beforeAll(
  () =>
    resultOf([
      "convert",
      "test/golden/models/wine_mlp.onnx",
      "-o",
      network,
      "--target",
      "rp2040",
      "--calib",
      calibration,
    ]),
  60_000,
);

describe("emulate", () => {
  it.each(["rp2040", "avr328p"])(
    "runs the firmware of the %s, which takes a network and spikes as the simulation does",
    async (name) => {
      const board = await emulateTarget(name, "--tcp", "0");
      await board.said(new RegExp(`the firmware of the ${name} in an emulated processor`));
      const to = ["--target", name, "--port", board.port];
      expect(await resultOf(["flash", network, ...to])).toMatchObject({ verified: "read back" });
      const run = await resultOf(["run", ...to, "--net", network, ...samples]);
      expect(run).toMatchObject({ samples: 2, mismatchedSpikes: 0 });
      expect(run.spikes).toBeGreaterThan(0);
      // Its own clock says how long it computed.
      expect(run.computedSeconds).toBeGreaterThan(0);
    },
  );
});

describe("flash --firmware", () => {
  const rp2040 = ["--firmware", "--target", "rp2040", "--port", scratch("chosen.uf2")];

  it("takes the smallest firmware that runs the network, the whole one where none is given, or the one asked for", async () => {
    const given = await Promise.all([
      resultOf(["flash", network, ...rp2040]),
      resultOf(["flash", ...rp2040]),
      resultOf(["flash", network, ...rp2040, "--parts", "whole"]),
    ]);
    expect(given.map(({ firmware }) => firmware)).toEqual(["core", "whole", "whole"]);
  });

  it("copies a file onto the board's drive, or to where it is told", async () => {
    const drive = scratch("RPI-RP2");
    mkdirSync(drive);
    const words = ["flash", "--firmware", "--target", "rp2040", "--port"];
    const { bytes } = await resultOf([...words, drive]);
    expect(readdirSync(drive)).toEqual(["spikec-rp2040.uf2"]);
    await resultOf([...words, scratch("pico.uf2")]);
    const file = readFileSync(scratch("pico.uf2"));
    expect(file.length).toBe(bytes);
    expect(file.equals(readFileSync(`${drive}/spikec-rp2040.uf2`))).toBe(true);
  });

  it("writes over the boot loader of a board that has one", async () => {
    const board = createStk500Board();
    const face = await listenTcp(board, 0);
    const port = `socket://127.0.0.1:${face.port}`;
    const result = await resultOf(["flash", "--firmware", "--target", "avr328p", "--port", port]);
    await face.close();
    const firmware = firmwareBytes(firmwareImage("avr328p-whole"));
    expect(result).toMatchObject({ verified: "read back", bytes: firmware.length });
    expect(board.flash.subarray(0, firmware.length)).toEqual(firmware);
  });

  it("is refused where there is no way, or with words that belong to networks", async () => {
    await failureOf(["flash", "--firmware", "--target", "cortex-m3"], 5, "SPK-0522");
    await failureOf(["flash", "--firmware", "--target", "ucaspian"], 5, "SPK-0522");
    await failureOf(["flash", network, "--firmware", "--resume", "--target", "rp2040"], 2, "SPK-0002");
    await failureOf(["flash", network, "--parts", "core", "--target", "rp2040"], 2, "SPK-0002");
    await failureOf(["flash", "--firmware", "--parts", "core", "--target", "avr328p"], 2, "SPK-0002");
    await failureOf(["flash", "--target", "rp2040"], 2, "SPK-0002");
  });
});

describe("export --to c", () => {
  it("writes a network, its code and a test of it", async () => {
    const folder = scratch("c");
    const { files, stateBytes } = await resultOf(["export", network, "--to", "c", "-o", folder]);
    const names = files.map(({ name }: { name: string }) => name).sort();
    expect(readdirSync(folder).sort()).toEqual(names);
    expect(names).toEqual(
      expect.arrayContaining(["net.h", "net.c", "net_port.h", "host_test.c", "report.md"]),
    );
    const code = readFileSync(`${folder}/net.c`, "utf8");
    expect(code).not.toMatch(/\b(malloc|calloc|free|printf|float|double)\b|stdio|stdlib/);
    expect(readFileSync(`${folder}/net.h`, "utf8")).toContain(`#define NETWORK_ARENA ${stateBytes}`);
  });

  it("wants a network of integers", async () => {
    await failureOf(
      ["export", "test/golden/models/wine_mlp.onnx", "--to", "c", "-o", scratch("d")],
      2,
      "SPK-0002",
    );
  });
});
