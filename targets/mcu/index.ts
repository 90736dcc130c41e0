/** The targets `rp2040`, `cortex-m0`, `cortex-m3`, `cortex-m4`, `rv32` and `avr328p`: boards that people own. See README.md. */
import { memoryLinks } from "../../src/link/memory.ts";
import { serve } from "../../src/link/serve.ts";
import type { Device, Image, Placement, Target } from "../../src/target/target.ts";
import { type BoardData, boards, chipOf } from "./chip.ts";
import { createBoard } from "./device.ts";
import { emit, readImage } from "./emit.ts";
import { emulatorOf } from "./emulated/index.ts";
import { firmwaresOf } from "./firmware-images.ts";
import { firmwareNamed, partsNeeded, smallestFirmware } from "./firmware-parts.ts";
import { installationOf } from "./first-flash.ts";
import { flash } from "./flash.ts";
import { type McuPlacement, place } from "./place.ts";
import { linkProof } from "./proof.ts";
import { openDevice } from "./run.ts";
import { readings, stimulus } from "./spikes.ts";

/** The registry hands placements back as it got them; each target knows its own. */
const own = (placement: Placement) => placement as McuPlacement;

/** A model board on a wire in memory, flashed and run by the same host code as silicon. */
async function open(board: BoardData, image: Image): Promise<Device> {
  const [host, far] = memoryLinks(`virtual ${board.name}`);
  const serving = serve(createBoard(board), far);
  await flash(host, image, board.name);
  const device = await openDevice(host, image, board.name);
  return {
    ...device,
    async close() {
      await device.close();
      await host.close();
      await serving;
    },
  };
}

function targetOf(board: BoardData): Target {
  const firmwareBoard = emulatorOf(board);
  const firmware = installationOf(board.name);
  const firmwares = firmwaresOf(board.name);
  return {
    name: board.name,
    chip: chipOf(board),
    place: (network, options) => place(board, network, options),
    emit: (placement) => emit(own(placement)),
    stimulus: (placement, input) => stimulus(own(placement), input),
    readings: (placement, events) => readings(own(placement), events),
    open: (image) => open(board, image),
    wire: {
      baudRate: board.baudRate,
      usb: board.usb,
      flash: (link, image, options) => flash(link, image, board.name, options),
      device: (link, image, options) => openDevice(link, image, board.name, options),
      board: () => createBoard(board),
      ...(firmwareBoard && {
        firmwareBoard: (name) => firmwareBoard(name === undefined ? name : firmwareNamed(name)),
      }),
      ...(firmware && {
        firmware,
        firmwares,
        smallestFirmware: (image) =>
          smallestFirmware(partsNeeded(readImage(image, board.name).bytes), firmwares),
      }),
    },
    proofs: [linkProof],
  };
}

/** All boards, in the order of `boards`. */
export const mcuTargets: readonly Target[] = boards.map(targetOf);

/** By name; the name must be one of `boards`. */
export function mcuTarget(name: string): Target {
  return mcuTargets.find((target) => target.name === name)!;
}
