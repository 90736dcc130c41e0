/**
 * Firmware as files for boards that show themselves as a drive: UF2 (github.com/microsoft/uf2, README: blocks of 512 bytes, each
 * with its own address) and Intel HEX (Intel, Hexadecimal Object File Format Specification, revision A, 1988).
 */
import { pack, u32 } from "../loader/bytes.ts";

const [firstMagic, secondMagic, lastMagic] = [0x0a324655, 0x9e5d5157, 0x0ab16f30];
const familyGiven = 0x2000;
const payloadBytes = 256;
const blockBytes = 512;
/** Magic, flags, address, payload size, number, blocks, family. */
const headBytes = 32;

/** family: of the boot loader that takes the file; 0xe48bff56 is the RP2040's. */
export function uf2Of(firmware: Uint8Array, address: number, family: number): Uint8Array {
  const blocks = Math.ceil(firmware.length / payloadBytes);
  const file = new Uint8Array(blocks * blockBytes);
  for (let block = 0; block < blocks; block++) {
    const from = block * payloadBytes;
    const head = [firstMagic, secondMagic, familyGiven, address + from, payloadBytes, block, blocks, family];
    file.set(pack(head.map(u32)), block * blockBytes);
    file.set(firmware.subarray(from, from + payloadBytes), block * blockBytes + headBytes);
    file.set(pack([u32(lastMagic)]), (block + 1) * blockBytes - 4);
  }
  return file;
}

const hexBytes = 16;

/** ":" count address type data check, in hexadecimal; the check makes the sum of all bytes 0. */
function hexLine(type: number, address: number, data: readonly number[]): string {
  const bytes = [data.length, (address >> 8) & 0xff, address & 0xff, type, ...data];
  const check = -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return `:${[...bytes, check]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase()}\n`;
}

/** Addresses above 64 KiB come with records of their upper half (type 4). */
export function intelHexOf(firmware: Uint8Array, address: number): string {
  let text = "";
  for (let at = 0; at < firmware.length; at += hexBytes) {
    const place = address + at;
    if (at === 0 || place % 0x1_0000 === 0)
      text += hexLine(4, 0, [(place >>> 24) & 0xff, (place >>> 16) & 0xff]);
    text += hexLine(0, place & 0xffff, [...firmware.subarray(at, at + hexBytes)]);
  }
  return text + hexLine(1, 0, []);
}
