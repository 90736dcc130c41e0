/**
 * The two headers that are made and not written: config.h, the board's numbers as macros, and hello.h, what it says of itself:
 * constant CBOR.
 */
import { encodeDescription } from "../../../src/link/loader/description.ts";
import { frameOverhead } from "../../../src/link/loader/frame.ts";
import { protocolVersion } from "../../../src/link/loader/protocol.ts";
import { statusBytes } from "../device.ts";
import { imageVersion } from "../image/format.ts";
import type { Configuration } from "./recipe.ts";

/** All keys of docs/protocol.md, "HELLO"; `active` comes last, so that the firmware can put a network in the place of null. */
function helloOf({ board, slotBytes, arena, imageAt, parts }: Configuration, build: string): Uint8Array {
  return encodeDescription({
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
    parts,
    active: null,
    trial: false,
  });
}

/** What `active` takes more than null. */
const activeBytes = 13;

function arrayOf(name: string, bytes: readonly number[]): string {
  const lines: string[] = [];
  for (let i = 0; i < bytes.length; i += 16) lines.push(`    ${bytes.slice(i, i + 16).join(", ")},`);
  return `static const uint8_t ${name}[] IN_FLASH = {\n${lines.join("\n")}\n};\n`;
}

/** build: what HELLO says of the firmware. */
export function helloHeader(configuration: Configuration, build: string): string {
  return [
    "/* Made by the firmware's build: what HELLO answers. */",
    "",
    arrayOf("hello_bytes", [...helloOf(configuration, build)]),
  ].join("\n");
}

/** Where a question's data begins in the buffer: docs in loader/frame.h, and DATA's offset in front of it. */
const dataAt = 8;

/** The buffer takes the largest question, HELLO's answer, and as much data as a frame has, filled up to a granule. */
function bufferBytes({ board }: Configuration, hello: number): number {
  const { granule } = board.flash;
  const answer = hello + activeBytes + statusBytes + frameOverhead;
  const data = granule * Math.ceil((board.maxFrame - frameOverhead - 4) / granule);
  return 4 * Math.ceil(Math.max(board.maxFrame + 2, answer, dataAt + data) / 4);
}

export function configHeader(configuration: Configuration, build: string): string {
  const { board, recipe, slotBytes, arena, sector, confirmationAt, imageAt, parts, checked } = configuration;
  const macros: Record<string, number> = {
    NETWORK_ARENA: arena,
    NETWORK_PARTS: parts,
    ...(checked && { NETWORK_CHECKED: 1 }),
    MAX_FRAME: board.maxFrame,
    FRAME_BYTES: bufferBytes(configuration, helloOf(configuration, build).length),
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
