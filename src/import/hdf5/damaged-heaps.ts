/**
 * Global heaps, in which HDF5 keeps strings of variable length: a damaged one can make the library walk on the spot for ever
 * (HDF5 2.0.0, src/H5HGcache.c: an object of index 0 moves the walk by its size, and that may be 0). Nothing can stop it from
 * outside, so such files are found before they are opened; and so are heaps that claim gigabytes, which it would allocate.
 *
 * Format: HDF5 File Format Specification 3.0, III.E "Global Heap": "GCOL", version 1, three bytes, size (8 bytes); then
 * objects of index (2 bytes), references (2), four bytes, size (8), data in steps of 8 bytes.
 */

const signature = [0x47, 0x43, 0x4f, 0x4c]; // GCOL
/** Of a heap, and of an object in it. */
const headerSize = 16;

/** Whether one of the file's global heaps is larger than the file, or cannot be walked; for files whose sizes have 8 bytes. */
export function hasDamagedHeap(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = bytes.indexOf(signature[0]); at >= 0; at = bytes.indexOf(signature[0], at + 1)) {
    const isHeap = signature.every((byte, i) => bytes[at + i] === byte) && bytes[at + signature.length] === 1;
    if (isHeap && isDamaged(view, at)) return true;
  }
  return false;
}

function isDamaged(view: DataView, start: number): boolean {
  if (start + headerSize > view.byteLength) return false;
  const heapSize = Number(view.getBigUint64(start + 8, true));
  const end = start + heapSize;
  if (end > view.byteLength) return true;
  for (let at = start + headerSize; at + headerSize <= end; ) {
    const size = Number(view.getBigUint64(at + 8, true));
    const isFree = view.getUint16(at, true) === 0;
    const step = isFree ? size : headerSize + Math.ceil(size / 8) * 8;
    // The library counts in 32 bits: what is too large for the heap may lead back.
    if (step === 0 || size > heapSize) return true;
    at += step;
  }
  return false;
}

/** Bytes of a size in the file, from its superblock; null where there is none, or none of this kind of file. */
export function lengthSizeOf(bytes: Uint8Array): number | null {
  const magic = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
  // It may stand behind a block of the user's, of 512 bytes or a power of two above.
  for (let at = 0; at + 16 <= bytes.length; at = at === 0 ? 512 : 2 * at) {
    if (!magic.every((byte, i) => bytes[at + i] === byte)) continue;
    return bytes[at + 8] < 2 ? bytes[at + 14] : bytes[at + 10];
  }
  return null;
}
