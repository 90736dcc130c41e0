/** A Target from the description of a chip of the family. */
import { memoryLinks } from "../../src/link/memory.ts";
import { serve } from "../../src/link/serve.ts";
import type { Device, Image, Placement, Target } from "../../src/target/target.ts";
import type { FamilyChip } from "./chip.ts";
import { emit } from "./emit.ts";
import { flash } from "./flash.ts";
import { floorPlan } from "./floor-plan.ts";
import { type FamilyPlacement, place } from "./place.ts";
import { openDevice } from "./run.ts";
import { readings, stimulus } from "./spikes.ts";

/** The registry hands placements back as it got them; each target knows its own. */
const own = (placement: Placement) => placement as FamilyPlacement;

/** A virtual board on a wire in memory, flashed and run by the same host code as silicon. */
async function open(family: FamilyChip, image: Image): Promise<Device> {
  const [host, far] = memoryLinks(`virtual ${family.chip.name}`);
  const serving = serve(family.createBoard(), far);
  await flash(family, host, image);
  const device = await openDevice(family, host, image);
  return {
    reset: () => device.reset(),
    run: (input, steps) => device.run(input, steps),
    async close() {
      await device.close();
      await host.close();
      await serving;
    },
  };
}

export function createFamilyTarget(family: FamilyChip): Target {
  const { chip } = family;
  return {
    name: chip.name,
    chip,
    place: (network, options) => place(family, network, options),
    emit: (placement) => emit(family, own(placement)),
    stimulus: (placement, input) => stimulus(own(placement), input),
    readings: (placement, events) => readings(own(placement), events),
    floorPlan: (placement) => floorPlan(own(placement)),
    open: (image) => open(family, image),
    wire: {
      baudRate: chip.wire!.baudRate,
      flash: (link, image, options) => flash(family, link, image, options),
      device: (link, image, options) => openDevice(family, link, image, options),
      board: family.createBoard,
    },
    proofs: family.proofs,
  };
}
