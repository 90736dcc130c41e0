/** The target `ucaspian`: ORNL's uCaspian on an UPduino, over a UART of 3 Mbaud. See README.md. */
import { memoryLinks } from "../../src/link/memory.ts";
import { serve } from "../../src/link/serve.ts";
import type { Device, Image, Placement, Target } from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import { createBoard } from "./device.ts";
import { emit } from "./emit.ts";
import { flash } from "./flash.ts";
import { floorPlan } from "./floor-plan.ts";
import { place, type UcaspianPlacement } from "./place.ts";
import { vectorProof } from "./proof.ts";
import { openDevice } from "./run.ts";
import { readings, stimulus } from "./spikes.ts";

/** The registry hands placements back as it got them; each target knows its own. */
const own = (placement: Placement) => placement as UcaspianPlacement;

/** A virtual board on a wire in memory, flashed and run by the same host code as silicon. */
async function open(image: Image): Promise<Device> {
  const [host, far] = memoryLinks(`virtual ${chip.name}`);
  const serving = serve(createBoard(), far);
  await flash(host, image);
  const device = await openDevice(host, image);
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

export const ucaspian: Target = {
  name: chip.name,
  chip,
  place,
  emit: (placement) => emit(own(placement)),
  stimulus: (placement, input) => stimulus(own(placement), input),
  readings: (placement, events) => readings(own(placement), events),
  floorPlan: (placement) => floorPlan(own(placement)),
  open,
  wire: { baudRate: chip.wire?.baudRate ?? 3_000_000, flash, device: openDevice, board: createBoard },
  proofs: [vectorProof],
};
