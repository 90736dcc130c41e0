/** How the firmware of a board is built: what its build.json says beside the board's own file. */
import type { BoardData } from "../chip.ts";
import { type FirmwareName, firmwareParts } from "../firmware-parts.ts";

/** boards/NAME/build.json; paths are relative to the firmware's folder. */
export interface Recipe {
  /** Prefix of the compiler's programs: arm-none-eabi, avr, riscv64-unknown-elf. */
  readonly compiler: string;
  readonly flags: readonly string[];
  /** The board's own sources; loader and network are always there. */
  readonly sources: readonly string[];
  /** Where the image's first byte lies in the processor's memory. */
  readonly loadAt: number;
  readonly slotsAt: number;
  /** Bytes of the ring of received bytes, a power of 2. */
  readonly wireRing: number;
  /** More macros of config.h. */
  readonly define: Readonly<Record<string, number>>;
  /** A first stage in front of the program that has to be given its CRC. */
  readonly bootStage?: "rp2040";
  /** The firmwares that the board has, where not all of them. */
  readonly firmwares?: readonly FirmwareName[];
  /** For compilers whose linker script does not know the board's limits: bytes of flash, of RAM, and of RAM left for the stack. */
  readonly flashLimit?: number;
  readonly ramLimit?: number;
  readonly stack?: number;
  /** Where a variant differs from the board: less memory in an emulator. */
  readonly board?: string;
  readonly slotBytes?: number;
  readonly arena?: number;
  readonly sector?: number;
}

/** Bytes of a slot's header and of its confirmation. */
const [headerBytes, confirmationBytes] = [20, 4];

/** The board's numbers as the firmware is built with them. */
export interface Configuration {
  readonly board: BoardData;
  readonly recipe: Recipe;
  readonly firmware: FirmwareName;
  /** Parts of the law that are built in, and whether the tables of an image are checked. */
  readonly parts: number;
  readonly checked: boolean;
  readonly slotBytes: number;
  readonly arena: number;
  readonly sector: number;
  /** Where the confirmation and the image lie in a slot. */
  readonly confirmationAt: number;
  readonly imageAt: number;
}

export function configurationOf(board: BoardData, recipe: Recipe, firmware: FirmwareName): Configuration {
  const { granule } = board.flash;
  const rooms = (bytes: number) => granule * Math.ceil(bytes / granule);
  const confirmationAt = rooms(headerBytes);
  return {
    board,
    recipe,
    firmware,
    parts: firmwareParts[firmware],
    checked: firmware === "whole",
    slotBytes: recipe.slotBytes ?? board.flash.slotBytes,
    arena: recipe.arena ?? board.arena,
    sector: recipe.sector ?? board.flash.sector,
    confirmationAt,
    imageAt: 4 * Math.ceil((confirmationAt + rooms(confirmationBytes)) / 4),
  };
}
