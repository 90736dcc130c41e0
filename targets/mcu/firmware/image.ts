/** Firmware images as they lie in the repository: bytes beside what they were made of. */

import type { FirmwareName } from "../firmware-parts.ts";

/** images/NAME-FIRMWARE.json */
export interface FirmwareImage {
  /** Folder under boards/. */
  readonly name: string;
  readonly firmware: FirmwareName;
  /** The target that it makes of a processor. */
  readonly board: string;
  /** SHA-256 of its sources: sources.ts. */
  readonly sources: string;
  readonly compiler: string;
  /** Where the first byte lies in the processor's memory. */
  readonly loadAt: number;
  readonly slotsAt: number;
  readonly text: number;
  readonly data: number;
  readonly bss: number;
  /** base64 */
  readonly bytes: string;
}

export function firmwareBytes({ bytes }: FirmwareImage): Uint8Array {
  return Uint8Array.from(atob(bytes), (character) => character.charCodeAt(0));
}
