/**
 * What a board says about itself in its answer to HELLO: a CBOR map (RFC 8949), the only place besides INFO where CBOR is
 * spoken. Unknown keys are ignored, so that newer boards can say more.
 */
import { decode, encode } from "cborg";
import { SpikecError } from "../../errors/error.ts";
import { protocolVersion } from "./protocol.ts";

/** A network in the board's flash. */
export interface StoredNetwork {
  readonly slot: number;
  readonly length: number;
  readonly crc: number;
}

export interface BoardDescription {
  /** [major, minor] */
  readonly protocol: readonly [number, number];
  /** Name of the target, as in `spikec targets`. */
  readonly board: string;
  /** Name of the firmware that runs there. */
  readonly build: string;
  /** Bytes of a frame before COBS that the board takes and sends. */
  readonly maxFrame: number;
  /** Frames that may wait for their answers; also the number of STEP answers that the board keeps. */
  readonly window: number;
  /** Bytes of an image that a slot takes. */
  readonly slotSize: number;
  /** Data is written in multiples of this, except at the end. */
  readonly granule: number;
  /** Bytes of memory for a network's state. */
  readonly arena: number;
  /** Version of the image format. */
  readonly image: number;
  /** Milliseconds that the board may need to answer, a page written or a step computed. */
  readonly silence: number;
  /** Milliseconds that it may need to answer BEGIN, COMMIT, TRIAL and CONFIRM: it erases, reads back, tests. */
  readonly workTime: number;
  /** Bits a second after power-up. */
  readonly baudRate: number;
  readonly maxBaudRate: number;
  /** The network that runs; null: none. */
  readonly active: StoredNetwork | null;
  /** The active network is on trial: a restart brings the one before it back. */
  readonly trial: boolean;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(where: string, what: string): never {
  throw new SpikecError("SPK-0508", `the board's description is unusable: ${what}`, { where });
}

function numberOf(
  map: Record<string, unknown>,
  key: string,
  low: number,
  high: number,
  where: string,
): number {
  const value = map[key];
  if (typeof value === "number" && Number.isInteger(value) && value >= low && value <= high) return value;
  return refuse(where, `${key} is ${String(value)}, expected ${low} to ${high}`);
}

function textOf(map: Record<string, unknown>, key: string, where: string): string {
  const value = map[key];
  return typeof value === "string" && value.length <= 64 ? value : refuse(where, `${key} is no short text`);
}

function storedOf(value: unknown, where: string): StoredNetwork | null {
  if (value === null || value === undefined) return null;
  if (!isObject(value)) return refuse(where, "active is no map");
  return {
    slot: numberOf(value, "slot", 0, 255, where),
    length: numberOf(value, "length", 0, 0xffffffff, where),
    crc: numberOf(value, "crc", 0, 0xffffffff, where),
  };
}

/** Throws SPK-0513 for another major version. Read first: what else a foreign version says may mean anything. */
function versionOf(map: Record<string, unknown>, where: string): readonly [number, number] {
  const { protocol } = map;
  if (!Array.isArray(protocol) || protocol.length !== 2 || !protocol.every(Number.isInteger))
    return refuse(where, "it names no protocol version");
  const [major, minor] = protocol as [number, number];
  if (major !== protocolVersion.major)
    throw new SpikecError(
      "SPK-0513",
      `the board speaks loader protocol ${major}.${minor}, this program ${protocolVersion.major}.${protocolVersion.minor}`,
      { where },
    );
  return [major, minor];
}

/** Throws SPK-0508 for anything but a description, SPK-0513 for another major version. */
export function decodeDescription(bytes: Uint8Array, where: string): BoardDescription {
  let map: unknown;
  try {
    map = decode(bytes);
  } catch (cause) {
    throw new SpikecError("SPK-0508", "the board's description is no CBOR", { where, cause });
  }
  if (!isObject(map)) return refuse(where, "it is no map");
  return {
    protocol: versionOf(map, where),
    board: textOf(map, "board", where),
    build: textOf(map, "build", where),
    maxFrame: numberOf(map, "maxFrame", 64, 65_535, where),
    window: numberOf(map, "window", 1, 64, where),
    slotSize: numberOf(map, "slotSize", 0, 0xffffffff, where),
    granule: numberOf(map, "granule", 1, 4096, where),
    arena: numberOf(map, "arena", 0, 0xffffffff, where),
    image: numberOf(map, "image", 0, 65_535, where),
    silence: numberOf(map, "silence", 0, 60_000, where),
    workTime: numberOf(map, "workTime", 0, 60_000, where),
    baudRate: numberOf(map, "baudRate", 300, 100_000_000, where),
    maxBaudRate: numberOf(map, "maxBaudRate", 300, 100_000_000, where),
    active: storedOf(map.active, where),
    trial: map.trial === true,
  };
}

export function encodeDescription(description: BoardDescription): Uint8Array {
  return encode(description);
}
