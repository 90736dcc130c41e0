/**
 * The board's flash, as flash is: erased to ones in sectors, written in granules, bits go from 1 to 0 only, and it keeps what it
 * has without power. A power cut leaves the granule or sector under the write half done.
 */

/** Thrown in the middle of a write when the power is cut there. */
export class PowerLoss extends Error {}

export interface FlashGeometry {
  readonly slots: number;
  /** Bytes of a slot, header included; a multiple of the sector. */
  readonly slotBytes: number;
  readonly sector: number;
  readonly granule: number;
}

export interface FlashMemory {
  readonly geometry: FlashGeometry;
  read(at: number, length: number): Uint8Array;
  erase(at: number, length: number): void;
  /** Whole granules, except that the last may be short. Throws PowerLoss. */
  write(at: number, bytes: Uint8Array): void;
  /** Cuts the power when so many bytes more have been written or erased. */
  cutAfter(bytes: number): void;
  /** From so many written bytes on, nothing is taken any more: a worn-out flash. */
  wearOutAfter(bytes: number): void;
}

/** A half-written byte holds some of its bits: which ones is chance, here fixed by the place. */
function halfWritten(old: number, wanted: number, at: number): number {
  const bits = (at * 2_654_435_761) >>> 24;
  return (old & bits) | (wanted & ~bits & 0xff);
}

/** cells: the memory of an emulated processor in which the slots lie; left out, it is new and erased. */
export function createFlashMemory(
  geometry: FlashGeometry,
  cells: Uint8Array = new Uint8Array(geometry.slots * geometry.slotBytes).fill(0xff),
): FlashMemory {
  let powerLeft = Number.POSITIVE_INFINITY;
  let wearLeft = Number.POSITIVE_INFINITY;

  /** How many of so many bytes are still worked on before the power goes or the flash is worn out. */
  function allowed(count: number): number {
    return Math.max(0, Math.min(count, powerLeft, wearLeft));
  }

  /** Accounts for the work; where the power went, the byte under it is half done. */
  function worked(at: number, count: number, wanted: (i: number) => number): void {
    const done = allowed(count);
    const dark = powerLeft < count && powerLeft <= wearLeft;
    powerLeft = dark ? Number.POSITIVE_INFINITY : powerLeft - count;
    wearLeft -= done;
    if (!dark) return;
    cells[at + done] = halfWritten(cells[at + done], wanted(done), at + done);
    throw new PowerLoss();
  }

  return {
    geometry,
    read: (at, length) => cells.subarray(at, at + length),
    erase(at, length) {
      const { sector } = geometry;
      const start = Math.floor(at / sector) * sector;
      const count = Math.ceil((at + length) / sector) * sector - start;
      cells.fill(0xff, start, start + allowed(count));
      worked(start, count, () => 0xff);
    },
    write(at, bytes) {
      const count = allowed(bytes.length);
      for (let i = 0; i < count; i++) cells[at + i] &= bytes[i];
      worked(at, bytes.length, (i) => cells[at + i] & bytes[i]);
    },
    cutAfter(bytes) {
      powerLeft = bytes;
    },
    wearOutAfter(bytes) {
      wearLeft = bytes;
    },
  };
}
