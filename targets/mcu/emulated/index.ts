/** Boards whose own firmware runs here, in an emulated processor. The emulators are packages of their own, loaded when asked for. */
import { SpikecError } from "../../../src/errors/error.ts";
import type { BoardData } from "../chip.ts";
import type { FirmwareImage } from "../firmware/image.ts";
import type { EmulatedBoard } from "./processor.ts";

type Load = (board: BoardData) => Promise<EmulatedBoard>;

const imported = async (module: Promise<{ default: object }>) => (await module).default as FirmwareImage;

const loaders: Readonly<Record<string, Load>> = {
  async rp2040(board) {
    const { createEmulatedRp2040 } = await import("./rp2040.ts");
    const image = imported(import("../firmware/images/rp2040.json", { with: { type: "json" } }));
    return createEmulatedRp2040(board, await image);
  },
  async avr328p(board) {
    const { createEmulatedAvr } = await import("./avr328p.ts");
    const image = imported(import("../firmware/images/avr328p.json", { with: { type: "json" } }));
    return createEmulatedAvr(board, await image);
  },
};

/** Throws SPK-0511 where the emulator is not installed. Undefined for boards that have none. */
export function emulatorOf(
  board: BoardData,
  load: Load | undefined = loaders[board.name],
): (() => Promise<EmulatedBoard>) | undefined {
  if (load === undefined) return undefined;
  return async () => {
    try {
      return await load(board);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
      throw new SpikecError("SPK-0521", `the emulator of ${board.name} is not installed`, { cause });
    }
  };
}
