/**
 * The two headers that are made and not written: config.h, the board's numbers as macros, and hello.h, what it says of itself:
 * constant CBOR with places for the few bytes that change.
 */
import { encode } from "cborg";
import { frameOverhead } from "../../../src/link/loader/frame.ts";
import { protocolVersion } from "../../../src/link/loader/protocol.ts";
import { imageVersion } from "../image/format.ts";
import type { Configuration } from "./recipe.ts";

/** Bytes that CBOR leaves open: a number of 32 bits. */
const open32 = [0x1a, 0, 0, 0, 0];

interface Hello {
  readonly bytes: readonly number[];
  /** Offsets of what is patched in. */
  readonly at: Readonly<Record<"trial" | "active" | "slot" | "length" | "crc", number>>;
}

/** A map of all keys of docs/protocol.md, "HELLO"; `active` comes last, so that null can end it early. */
function helloOf({ board, slotBytes, arena, imageAt }: Configuration, build: string): Hello {
  const constant = {
    protocol: [protocolVersion.major, protocolVersion.minor],
    board: board.name,
    build,
    maxFrame: board.maxFrame,
    window: board.window,
    slotSize: slotBytes - imageAt,
    granule: board.flash.granule,
    arena,
    image: imageVersion,
    silence: board.silence,
    workTime: board.workTime,
    baudRate: board.baudRate,
    maxBaudRate: board.maxBaudRate,
  };
  const entries = Object.entries(constant);
  // A CBOR map of up to 23 entries: 0xa0 and their number (RFC 8949, 3.1, major type 5).
  const bytes = [0xa0 + entries.length + 2];
  const add = (value: unknown) => bytes.push(...encode(value));
  for (const [key, value] of entries) {
    add(key);
    add(value);
  }
  add("trial");
  const trial = bytes.push(0) - 1;
  add("active");
  const active = bytes.push(0xa3) - 1;
  add("slot");
  const slot = bytes.push(0) - 1;
  add("length");
  const length = bytes.push(...open32) - 4;
  add("crc");
  const crc = bytes.push(...open32) - 4;
  return { bytes, at: { trial, active, slot, length, crc } };
}

function arrayOf(name: string, bytes: readonly number[]): string {
  const lines: string[] = [];
  for (let i = 0; i < bytes.length; i += 16) lines.push(`    ${bytes.slice(i, i + 16).join(", ")},`);
  return `static const uint8_t ${name}[] IN_FLASH = {\n${lines.join("\n")}\n};\n`;
}

/** build: what HELLO says of the firmware. */
export function helloHeader(configuration: Configuration, build: string): string {
  const { bytes, at } = helloOf(configuration, build);
  const places = Object.entries(at).map(([name, offset]) => `#define HELLO_${name.toUpperCase()} ${offset}`);
  const info = [0xa1, ...encode("damaged"), 0x1a];
  return [
    "/* Made by the firmware's build: what HELLO and INFO answer. */",
    ...places,
    "",
    arrayOf("hello_bytes", bytes),
    arrayOf("info_bytes", info),
  ].join("\n");
}

export function configHeader(configuration: Configuration, build: string): string {
  const { board, recipe, slotBytes, arena, sector, confirmationAt, imageAt } = configuration;
  const hello = helloOf(configuration, build).bytes.length + 1 + frameOverhead;
  const macros: Record<string, number> = {
    NETWORK_ARENA: arena,
    MAX_FRAME: board.maxFrame,
    FRAME_BYTES: Math.max(board.maxFrame, hello),
    WINDOW: board.window,
    WIRE_RING: recipe.wireRing,
    SLOTS_AT: recipe.slotsAt,
    SLOT_BYTES: slotBytes,
    SECTOR: sector,
    GRANULE: board.flash.granule,
    HEADER_ROOM: confirmationAt,
    IMAGE_AT: imageAt,
    BAUD_RATE: board.baudRate,
    MAX_BAUD_RATE: board.maxBaudRate,
    ...recipe.define,
  };
  const lines = Object.entries(macros).map(([name, value]) => `#define ${name} ${value}ul`);
  return ["/* Made by the firmware's build from the board's files. */", ...lines, ""].join("\n");
}
