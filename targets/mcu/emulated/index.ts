/** Boards whose own firmware runs here, in an emulated processor. The emulators are packages of their own, loaded when asked for. */
import { SpikecError } from "../../../src/errors/error.ts";
import type { BoardData } from "../chip.ts";
import { firmwareImage } from "../firmware-images.ts";
import type { FirmwareName } from "../firmware-parts.ts";
import type { EmulatedBoard } from "./processor.ts";

type Load = (board: BoardData, firmware: FirmwareName) => Promise<EmulatedBoard>;

const loaders: Readonly<Record<string, Load>> = {
  async rp2040(board, firmware) {
    const { createEmulatedRp2040 } = await import("./rp2040.ts");
    return createEmulatedRp2040(board, await firmwareImage(board.name, firmware));
  },
  async avr328p(board, firmware) {
    const { createEmulatedAvr } = await import("./avr328p.ts");
    return createEmulatedAvr(board, await firmwareImage(board.name, firmware));
  },
};

/** Throws SPK-0521 where the emulator is not installed. Undefined for boards that have none. The firmware is whole by default. */
export function emulatorOf(
  board: BoardData,
  load: Load | undefined = loaders[board.name],
): ((firmware?: FirmwareName) => Promise<EmulatedBoard>) | undefined {
  if (load === undefined) return undefined;
  return async (firmware = "whole") => {
    try {
      return await load(board, firmware);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
      throw new SpikecError("SPK-0521", `the emulator of ${board.name} is not installed`, { cause });
    }
  };
}
