/**
 * The rp2040's firmware in rp2040js: the same bytes that go onto a Pico, from the second boot stage on. Flash is written through
 * a boot ROM of our own; time is what the emulator counts in cycles at 125 MHz.
 */

import { createFlashMemory } from "../board/flash-memory.ts";
import type { BoardModel } from "../device.ts";
import { type FirmwareImage, firmwareBytes } from "../firmware/image.ts";
import { bootCrc, bootStageBytes, createBootRom } from "./boot-rom.ts";
import {
  createEmulatedBoard,
  type EmulatedBoard,
  mostInstructions,
  type Processor,
  ProcessorLost,
} from "./processor.ts";

const memoryStart = 0x2000_0000;
/** Where the boot ROM copies the second stage to. */
const stageAt = 0x2004_1f00;
const stackAt = 0x2004_2000;
const slotsAt = 0x10_0000;
const flashBytes = 0x20_0000;
const nanosecondsPerCycle = 8;
/** Instructions between two looks at the wire and the clock. */
const portion = 64;
const receiveFull = 1 << 6;

/** Throws where rp2040js is not installed. */
export async function createEmulatedRp2040(model: BoardModel, image: FirmwareImage): Promise<EmulatedBoard> {
  const { ConsoleLogger, LogLevel, Simulator } = await import("rp2040js");
  const firmware = firmwareBytes(image);
  const chip = new Uint8Array(flashBytes).fill(0xff);
  chip.set(firmware);
  const flash = createFlashMemory({ slots: 2, ...model.flash }, chip.subarray(slotsAt));
  const stage = firmware.subarray(0, bootStageBytes);
  const check = new DataView(firmware.buffer, firmware.byteOffset).getUint32(bootStageBytes, true);
  if (bootCrc(stage) !== check)
    throw new ProcessorLost("the boot ROM refuses the second stage: its CRC is wrong");

  function powerUp(): Processor {
    const { rp2040: mcu, clock } = new Simulator();
    mcu.logger = new ConsoleLogger(LogLevel.Error);
    const { core } = mcu;
    const [uart] = mcu.uart;
    // The emulator's chip has 16 MiB; ours, which outlives it, is put in its place.
    Object.assign(mcu, {
      flash: chip,
      flash16: new Uint16Array(chip.buffer),
      flashView: new DataView(chip.buffer),
    });
    const rom = createBootRom(flash, slotsAt, (address, count) =>
      mcu.sram.slice(address - memoryStart, address - memoryStart + count),
    );
    mcu.bootrom.set(rom.words);
    mcu.sram.set(firmware.subarray(0, bootStageBytes + 4), stageAt - memoryStart);
    mcu.onBreak = (breakpoint) => rom.call(breakpoint, core.registers);
    core.SP = stackAt;
    core.PC = stageAt;
    let sent: number[] = [];
    uart.onByte = (byte) => sent.push(byte);
    let instructions = 0;

    function run(): void {
      const before = core.cycles;
      for (let i = 0; i < portion && !core.waiting; i++) core.executeInstruction();
      clock.tick((core.cycles - before) * nanosecondsPerCycle);
      instructions += portion;
      if (instructions > mostInstructions) throw new ProcessorLost("the firmware runs and runs");
    }

    return {
      memory: mcu.sram,
      exchange(bytes) {
        instructions = 0;
        let next = 0;
        while (!core.waiting) run();
        while (next < bytes.length || !core.waiting) {
          while (next < bytes.length && (uart.flags & receiveFull) === 0) uart.feedByte(bytes[next++]);
          run();
        }
        const answer = sent;
        sent = [];
        return answer;
      },
    };
  }

  return createEmulatedBoard(flash, powerUp);
}
