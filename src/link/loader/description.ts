/**
 * What a board says about itself in its answer to HELLO: a CBOR map (RFC 8949), the only place where CBOR is spoken. Its keys are
 * small numbers, as in COSE: a board's firmware is small. Unknown keys are ignored, so that newer boards can say more, and so is
 * what lies behind the map.
 */
import { decodeFirst, encode } from "cborg";
import { SpikecError } from "../../errors/error.ts";
import { pack, u8, u32, viewOf } from "./bytes.ts";
import { protocolVersion } from "./protocol.ts";

/** A network in the board's flash. */
export interface StoredNetwork {
  /** Counts the networks that the board was given. */
  readonly number: number;
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
  /** Parts of the law that the firmware was built with, a bit each (docs/protocol.md). */
  readonly parts: number;
  /** The network that runs; null: none. */
  readonly active: StoredNetwork | null;
  /** The active network is on trial: a restart brings the one before it back. */
  readonly trial: boolean;
}

/** By the numbers that stand for them in the map. */
export const descriptionKeys = {
  protocol: 0,
  board: 1,
  build: 2,
  maxFrame: 3,
  window: 4,
  slotSize: 5,
  granule: 6,
  arena: 7,
  image: 8,
  silence: 9,
  workTime: 10,
  baudRate: 11,
  maxBaudRate: 12,
  parts: 13,
  /** null, or bytes: u8 whether it is on trial, then u32 number, length and CRC, as a slot's header has them. */
  active: 14,
} as const;

type Key = keyof typeof descriptionKeys;
type Description = ReadonlyMap<unknown, unknown>;
const activeBytes = 13;

function refuse(where: string, what: string): never {
  throw new SpikecError("SPK-0508", `the board's description is unusable: ${what}`, { where });
}

function numberOf(map: Description, key: Key, low: number, high: number, where: string): number {
  const value = map.get(descriptionKeys[key]);
  if (typeof value === "number" && Number.isInteger(value) && value >= low && value <= high) return value;
  return refuse(where, `${key} is ${String(value)}, expected ${low} to ${high}`);
}

function textOf(map: Description, key: Key, where: string): string {
  const value = map.get(descriptionKeys[key]);
  return typeof value === "string" && value.length <= 64 ? value : refuse(where, `${key} is no short text`);
}

function activeOf(map: Description, where: string): Pick<BoardDescription, "active" | "trial"> {
  const value = map.get(descriptionKeys.active);
  if (value === null || value === undefined) return { active: null, trial: false };
  if (!(value instanceof Uint8Array) || value.length < activeBytes)
    return refuse(where, "active is no string of bytes");
  const view = viewOf(value);
  const [number, length, crc] = [1, 5, 9].map((at) => view.getUint32(at, true));
  return { active: { number, length, crc }, trial: value[0] !== 0 };
}

/** Throws SPK-0513 for another major version. Read first: what else a foreign version says may mean anything. */
function versionOf(map: Description, where: string): readonly [number, number] {
  // Version 1 had names for keys.
  const protocol = map.get(descriptionKeys.protocol) ?? map.get("protocol");
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
    [map] = decodeFirst(bytes, { useMaps: true });
  } catch (cause) {
    throw new SpikecError("SPK-0508", "the board's description is no CBOR", { where, cause });
  }
  if (!(map instanceof Map)) return refuse(where, "it is no map");
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
    parts: numberOf(map, "parts", 0, 0xffffffff, where),
    ...activeOf(map, where),
  };
}

export function encodeDescription({ active, trial, ...description }: BoardDescription): Uint8Array {
  const map = new Map<number, unknown>(
    Object.entries(description).map(([key, value]) => [descriptionKeys[key as Key], value]),
  );
  const stored = active && pack([u8(trial ? 1 : 0), u32(active.number), u32(active.length), u32(active.crc)]);
  return encode(map.set(descriptionKeys.active, stored));
}
