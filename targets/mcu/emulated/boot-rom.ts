/**
 * The RP2040's boot ROM as far as the firmware uses it: it checks the second boot stage and starts it, and lends functions that
 * write the flash. RP2040 Datasheet, 2.8.1.3.1 (flash second stage) and 2.8.3 (bootrom contents): a table of functions, found
 * by two letters each, and flash offsets counted from 0.
 *
 * Its code here is a breakpoint and a return for each function; what they do is done outside of the processor.
 */
import type { FlashMemory } from "../board/flash-memory.ts";

export interface BootRom {
  /** The first 16 KiB of the processor's memory. */
  readonly words: Uint32Array;
  /** Does what the function behind a breakpoint does. registers: r0 to r3 are arguments, r0 takes the result. */
  call(breakpoint: number, registers: Uint32Array): void;
}

const tableAt = 0x80;
const lookupAt = 0x100;
const breakpointThenReturn = (number: number) => 0x4770_be00 + number;
/** A branch target of the Thumb state has bit 0 set. */
const thumb = (address: number) => address + 1;

/** In the order of their breakpoints, from 1 on; 0 is the look-up. */
const functions = ["IF", "EX", "FC", "CX", "RE", "RP"] as const;

/** slots: where the flash of the slots begins, as an offset in flash. memory: the processor's. */
export function createBootRom(
  flash: FlashMemory,
  slotsAt: number,
  readMemory: (address: number, count: number) => Uint8Array,
): BootRom {
  const words = new Uint32Array(4096);
  const halves = new Uint16Array(words.buffer);
  halves[0x14 / 2] = tableAt;
  halves[0x18 / 2] = thumb(lookupAt);
  words[lookupAt / 4] = breakpointThenReturn(0);
  const addresses = new Map<number, number>();
  functions.forEach((letters, index) => {
    const address = lookupAt + 4 * (index + 1);
    words[address / 4] = breakpointThenReturn(index + 1);
    addresses.set(letters.charCodeAt(0) | (letters.charCodeAt(1) << 8), thumb(address));
  });
  return {
    words,
    call(breakpoint, registers) {
      const [first, second, third] = registers;
      if (breakpoint === 0) registers[0] = addresses.get(second) ?? 0;
      else if (functions[breakpoint - 1] === "RE") flash.erase(first - slotsAt, second);
      else if (functions[breakpoint - 1] === "RP") flash.write(first - slotsAt, readMemory(second, third));
    },
  };
}

/** CRC-32 as the boot ROM has it: not reflected, initial 0xffffffff, not inverted at the end (2.8.1.3.1). */
export function bootCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000_0000 ? (crc << 1) ^ 0x04c1_1db7 : crc << 1;
  }
  return crc >>> 0;
}

export const bootStageBytes = 252;
