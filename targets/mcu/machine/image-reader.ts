/** Reads an image's bytes with every offset checked: a table or array that reaches outside is refused by name. */

import { imageFaults } from "../../../src/link/loader/protocol.ts";

/** Thrown for bytes that are no usable image; `fault` is what the board answers (imageFaults of the loader protocol). */
export class ImageFault extends Error {
  readonly fault: number;

  constructor(fault: number, what: string) {
    super(what);
    this.name = "ImageFault";
    this.fault = fault;
  }
}

/** Throws for tables that contradict one another. */
export function demand(holds: boolean, what: string): void {
  if (!holds) throw new ImageFault(imageFaults.malformed, what);
}

export interface ImageReader {
  readonly length: number;
  u8(at: number): number;
  u16(at: number): number;
  u32(at: number): number;
  i32(at: number): number;
  pair(at: number): readonly [number, number];
  bytes(at: number, count: number): Uint8Array;
  /** Signed numbers of 1, 2 or 4 bytes each. */
  signed(at: number, count: number, size: number): Int8Array | Int16Array | Int32Array;
  /** Unsigned numbers of 2 bytes each. */
  unsigned16(at: number, count: number): Uint16Array;
}

export function createImageReader(image: Uint8Array): ImageReader {
  const view = new DataView(image.buffer, image.byteOffset, image.length);

  function inside(at: number, count: number): void {
    const fits = at % 4 === 0 && at + count <= image.length;
    demand(fits, `${count} bytes at ${at} are not inside the image, or not aligned`);
  }

  /** A copy at an address of its own, so that words may be read as words. */
  function copy(at: number, count: number): ArrayBuffer {
    inside(at, count);
    return image.slice(at, at + count).buffer as ArrayBuffer;
  }

  return {
    length: image.length,
    u8: (at) => view.getUint8(at),
    u16: (at) => view.getUint16(at, true),
    u32: (at) => view.getUint32(at, true),
    i32: (at) => view.getInt32(at, true),
    pair: (at) => [view.getUint8(at), view.getUint8(at + 1)],
    bytes(at, count) {
      inside(at, count);
      return image.subarray(at, at + count);
    },
    signed(at, count, size) {
      const buffer = copy(at, count * size);
      if (size === 1) return new Int8Array(buffer);
      return size === 2 ? new Int16Array(buffer) : new Int32Array(buffer);
    },
    unsigned16: (at, count) => new Uint16Array(copy(at, 2 * count)),
  };
}
