/**
 * Two slots, so that a network is whole at every moment: the new one is written beside the old one. A slot is a granule with the
 * header, a granule with the confirmation, then the image. The header is written when the image is proven, the confirmation when
 * it ran its golden spikes; a start takes the confirmed slot with the highest number.
 *
 *   header:        u32 magic "SLOT", u32 number, u32 length, u32 CRC of the image, u32 CRC of these 16 bytes
 *   confirmation:  u32 "CONF"
 */
import { pack, u32, viewOf } from "../../../src/link/loader/bytes.ts";
import { crc32 } from "../../../src/link/loader/crc32.ts";
import type { FlashGeometry, FlashMemory } from "./flash-memory.ts";

const slotMagic = 0x544f4c53;
const confirmation = 0x464e4f43;
const headerBytes = 20;

export interface StoredImage {
  readonly slot: number;
  readonly number: number;
  readonly length: number;
  readonly crc: number;
  readonly confirmed: boolean;
}

export interface Slots {
  /** Bytes of an image that a slot takes. */
  readonly capacity: number;
  /** The image in a slot: header and contents whole; null otherwise. */
  stored(slot: number): StoredImage | null;
  /** The image that a start takes: confirmed, the highest number. */
  best(): StoredImage | null;
  /** Where images go while this one is in use. */
  spare(active: StoredImage | null): number;
  bytes(slot: number, length: number): Uint8Array;
  /** Makes room: header and confirmation go first, so that the slot is invalid from the first byte on. */
  clear(slot: number, length: number): void;
  /** False where the flash did not take it. */
  write(slot: number, offset: number, bytes: Uint8Array): boolean;
  seal(slot: number, length: number, crc: number): boolean;
  confirm(slot: number): boolean;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Where the image begins in a slot. */
function imageOffset({ granule }: FlashGeometry): number {
  const rooms = granule * Math.ceil(headerBytes / granule) + granule * Math.ceil(4 / granule);
  return 4 * Math.ceil(rooms / 4);
}

/** Bytes of an image that a slot takes. */
export function slotCapacity(geometry: FlashGeometry): number {
  return geometry.slotBytes - imageOffset(geometry);
}

export function createSlots(flash: FlashMemory): Slots {
  const { slots, slotBytes, granule } = flash.geometry;
  const headerRoom = granule * Math.ceil(headerBytes / granule);
  const imageAt = imageOffset(flash.geometry);
  const capacity = slotCapacity(flash.geometry);
  const all = Array.from({ length: slots }, (_, slot) => slot);

  /** Written, and read back. */
  function put(at: number, bytes: Uint8Array): boolean {
    flash.write(at, bytes);
    return equal(flash.read(at, bytes.length), bytes);
  }

  /** What the slot's header says, if it is whole. */
  function headerOf(slot: number): Pick<StoredImage, "number" | "length" | "crc"> | null {
    const header = flash.read(slot * slotBytes, headerBytes);
    const view = viewOf(header);
    const [magic, number, length, crc, check] = [0, 4, 8, 12, 16].map((at) => view.getUint32(at, true));
    if (magic !== slotMagic || check !== crc32(header.subarray(0, 16)) || length > capacity) return null;
    return { number, length, crc };
  }

  function stored(slot: number): StoredImage | null {
    const header = headerOf(slot);
    if (header === null || crc32(bytes(slot, header.length)) !== header.crc) return null;
    const confirmed =
      viewOf(flash.read(slot * slotBytes + headerRoom, 4)).getUint32(0, true) === confirmation;
    return { slot, ...header, confirmed };
  }

  function bytes(slot: number, length: number): Uint8Array {
    return flash.read(slot * slotBytes + imageAt, length);
  }

  function highest(): number {
    return all.reduce((most, slot) => Math.max(most, headerOf(slot)?.number ?? 0), 0);
  }

  return {
    capacity,
    stored,
    bytes,
    best() {
      const images = all.map(stored).filter((image) => image?.confirmed === true) as StoredImage[];
      return images.sort((a, b) => b.number - a.number)[0] ?? null;
    },
    spare: (active) => (active === null ? 0 : (active.slot + 1) % slots),
    clear(slot, length) {
      flash.erase(slot * slotBytes, imageAt + length);
    },
    write: (slot, offset, data) => put(slot * slotBytes + imageAt + offset, data),
    seal(slot, length, crc) {
      const fields = pack([u32(slotMagic), u32(highest() + 1), u32(length), u32(crc)]);
      return put(slot * slotBytes, Uint8Array.of(...fields, ...pack([u32(crc32(fields))])));
    },
    confirm: (slot) => put(slot * slotBytes + headerRoom, pack([u32(confirmation)])),
  };
}
