/** Little-endian numbers in payloads. */

export type Field = readonly [size: 1 | 2 | 4, value: number];

export const u8 = (value: number): Field => [1, value];
export const u16 = (value: number): Field => [2, value];
export const u32 = (value: number): Field => [4, value];

/** Fields one after the other, then `tail`. Signed values are written as they are. */
export function pack(fields: readonly Field[], tail: Uint8Array = new Uint8Array(0)): Uint8Array {
  const head = fields.reduce((sum, [size]) => sum + size, 0);
  const bytes = new Uint8Array(head + tail.length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 1) view.setUint8(at, value);
    else if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  bytes.set(tail, head);
  return bytes;
}

/** A view for reading: numbers are read with `true`, little endian. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The u32 at `at`, or null where the bytes end before. */
export function u32At(bytes: Uint8Array, at: number): number | null {
  return at + 4 <= bytes.length ? viewOf(bytes).getUint32(at, true) : null;
}
