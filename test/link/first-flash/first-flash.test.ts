/** First flash over boot loaders and as files: models of the boot loaders, written from their documents, take the firmware. */
import { describe, expect, it } from "vitest";
import { intelHexOf, uf2Of } from "../../../src/link/first-flash/drive-files.ts";
import type { Link } from "../../../src/link/link.ts";
import { pack, u32, viewOf } from "../../../src/link/loader/bytes.ts";
import { memoryLinks } from "../../../src/link/memory.ts";
import { serve } from "../../../src/link/serve.ts";
import type { VirtualBoard } from "../../../src/link/virtual-board.ts";
import { firmwareBytes } from "../../../targets/mcu/firmware/image.ts";
import { mcuTarget } from "../../../targets/mcu/index.ts";
import { firmwareImage } from "../../firmware/qemu.ts";
import { createStk500Board } from "./stk500-board.ts";
import { createStm32Board } from "./stm32-board.ts";

function linkTo(board: VirtualBoard): Link {
  const [host, far] = memoryLinks();
  void serve(board, far);
  return host;
}

function install(target: string, board: VirtualBoard) {
  const installation = mcuTarget(target).wire!.firmware!;
  if (installation.kind !== "port") throw new Error(`${target} is not flashed over a port`);
  return installation.install(linkTo(board), "whole", {});
}

describe("STK500v1", () => {
  it("brings the firmware onto an Uno, reads it back and starts it", async () => {
    const board = createStk500Board();
    const firmware = firmwareBytes(firmwareImage("avr328p-whole"));
    const { bytes, blocks } = await install("avr328p", board);
    expect(bytes).toBe(firmware.length);
    expect(blocks).toBe(Math.ceil(firmware.length / 128));
    expect(board.flash.subarray(0, firmware.length)).toEqual(firmware);
    expect(board.started()).toBe(true);
  });

  it("waits for a boot loader that is still starting", async () => {
    const board = createStk500Board({ deaf: 5 });
    await install("avr328p", board);
    expect(board.started()).toBe(true);
  });

  it("writes nothing onto another chip, or through a boot loader that cannot lend its code", async () => {
    const other = createStk500Board({ signature: [0x1e, 0x98, 0x01] });
    await expect(install("avr328p", other)).rejects.toMatchObject({ code: "SPK-0512", exitCode: 7 });
    const old = createStk500Board({ version: 4 });
    await expect(install("avr328p", old)).rejects.toMatchObject({ code: "SPK-0523", exitCode: 7 });
    for (const { flash } of [other, old]) expect(flash.every((byte) => byte === 0xff)).toBe(true);
  });

  it("sees a byte that was not taken", async () => {
    const refused = install("avr328p", createStk500Board({ worn: 300 }));
    await expect(refused).rejects.toMatchObject({
      code: "SPK-0514",
      message: expect.stringContaining("byte 300"),
    });
  });

  it("gives up on a silent board", async () => {
    const silent = { receive: () => new Uint8Array(0) };
    await expect(install("avr328p", silent)).rejects.toMatchObject({ code: "SPK-0506", exitCode: 6 });
  });
});

describe("AN3155", () => {
  it.each([false, true])(
    "brings the firmware onto an STM32F405 and starts it (found before: %s)",
    async (found) => {
      const board = createStm32Board({ found });
      const firmware = firmwareBytes(firmwareImage("cortex-m4-whole"));
      const { bytes } = await install("cortex-m4", board);
      expect(bytes).toBe(firmware.length);
      expect(board.flash.subarray(0, firmware.length)).toEqual(firmware);
      expect(board.started()).toBe(true);
    },
  );

  it("erases the sectors of the firmware alone", async () => {
    const board = createStm32Board();
    await install("cortex-m4", board);
    expect(board.flash[16 * 1024 - 1]).toBe(0xff);
    expect(board.flash[16 * 1024]).toBe(0x5a);
  });

  it("writes nothing onto another chip, and says when the chip refuses", async () => {
    const other = createStm32Board({ id: 0x410 });
    await expect(install("cortex-m4", other)).rejects.toMatchObject({ code: "SPK-0512", exitCode: 7 });
    expect(other.flash.every((byte) => byte === 0x5a)).toBe(true);
    const closed = install("cortex-m4", createStm32Board({ isProtected: true }));
    await expect(closed).rejects.toMatchObject({
      code: "SPK-0508",
      advice: expect.stringContaining("BOOT0"),
    });
  });
});

describe("a UF2 file", () => {
  it("holds the firmware of the rp2040 in blocks with addresses of their own", async () => {
    const installation = mcuTarget("rp2040").wire!.firmware!;
    if (installation.kind !== "drive") throw new Error("a Pico is a drive");
    const file = await installation.file("whole");
    const firmware = firmwareBytes(firmwareImage("rp2040-whole"));
    const memory = new Uint8Array(256 * Math.ceil(firmware.length / 256));
    const blocks = file.length / 512;
    for (let block = 0; block < blocks; block++) {
      const view = viewOf(file.subarray(512 * block, 512 * (block + 1)));
      const head = Array.from({ length: 8 }, (_, i) => view.getUint32(4 * i, true));
      const address = head[3];
      expect(head).toEqual([0x0a324655, 0x9e5d5157, 0x2000, address, 256, block, blocks, 0xe48bff56]);
      expect(view.getUint32(508, true)).toBe(0x0ab16f30);
      memory.set(file.subarray(512 * block + 32, 512 * block + 288), address - 0x1000_0000);
    }
    expect(memory.subarray(0, firmware.length)).toEqual(firmware);
  });

  it("fills its last block", () => {
    expect(uf2Of(pack([u32(1)]), 0, 0).length).toBe(512);
  });
});

describe("an Intel HEX file", () => {
  it("is the one of the specification's example bytes", () => {
    // Record of 16 bytes at 0x0100: checked by hand, sum of all bytes 0.
    const bytes = Uint8Array.from({ length: 17 }, (_, i) => i);
    const lines = intelHexOf(bytes, 0x0001_0100).trim().split("\n");
    expect(lines).toEqual([
      ":020000040001F9",
      ":10010000000102030405060708090A0B0C0D0E0F77",
      ":0101100010DE",
      ":00000001FF",
    ]);
    for (const line of lines) {
      const sum = [...Buffer.from(line.slice(1), "hex")].reduce((total, byte) => total + byte, 0);
      expect(sum & 0xff).toBe(0);
    }
  });
});
