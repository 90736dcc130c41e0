/** The firmware images that people flash and emulate, loaded when they are asked for. */
import type { FirmwareImage } from "./firmware/image.ts";
import type { FirmwareName } from "./firmware-parts.ts";

type Loaders = Partial<Record<FirmwareName, () => Promise<{ default: object }>>>;

const images: Readonly<Record<string, Loaders>> = {
  rp2040: {
    core: () => import("./firmware/images/rp2040-core.json", { with: { type: "json" } }),
    whole: () => import("./firmware/images/rp2040-whole.json", { with: { type: "json" } }),
  },
  "cortex-m0": {
    core: () => import("./firmware/images/cortex-m0-core.json", { with: { type: "json" } }),
    whole: () => import("./firmware/images/cortex-m0-whole.json", { with: { type: "json" } }),
  },
  "cortex-m4": {
    core: () => import("./firmware/images/cortex-m4-core.json", { with: { type: "json" } }),
    whole: () => import("./firmware/images/cortex-m4-whole.json", { with: { type: "json" } }),
  },
  avr328p: {
    whole: () => import("./firmware/images/avr328p-whole.json", { with: { type: "json" } }),
  },
};

/** A board that has not the one that is asked for gets its whole one. */
export async function firmwareImage(board: string, firmware: FirmwareName): Promise<FirmwareImage> {
  const load = images[board]?.[firmware] ?? images[board]?.whole;
  if (load === undefined) throw new RangeError(`there is no firmware of ${board}`);
  return (await load()).default as FirmwareImage;
}

/** Names of the firmwares that a board has, smallest first. */
export function firmwaresOf(board: string): FirmwareName[] {
  return Object.keys(images[board] ?? {}) as FirmwareName[];
}
