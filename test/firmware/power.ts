/** Power cuts on the firmware itself, in emulated processors whose flash loses bits as flash does. */
import { boards } from "../../targets/mcu/chip.ts";
import { emulatorOf } from "../../targets/mcu/emulated/index.ts";
import { mcuTarget } from "../../targets/mcu/index.ts";
import { cutPower } from "../board/power-cuts.ts";
import { converted } from "../targets/mcu/networks.ts";

/** How often the old network stayed, and the new one was there; throws where neither is. */
export async function cutPowerOfFirmware(name: string, cuts: number) {
  const model = boards.find((one) => one.name === name)!;
  const target = mcuTarget(name);
  const bytesOf = async (timesteps: number) =>
    (await target.emit(target.place(await converted("wine_mlp", timesteps)))).artifacts[0].bytes;
  const images = [await bytesOf(16), await bytesOf(12)] as const;
  return cutPower(await emulatorOf(model)!(), images, { cuts, sector: model.flash.sector });
}
