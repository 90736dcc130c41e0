/** The digest of a run's spikes: CRC-32 over the rows of the reported populations, step by step, as answers to STEP bring them. */
import { crc32 } from "../../../src/link/loader/crc32.ts";

export function digestRows(before: number, rows: readonly Uint8Array[]): number {
  return rows.reduce((digest, row) => crc32(row, digest), before);
}
