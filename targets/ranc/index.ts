/** The target `ranc`: a grid of TrueNorth-like cores, configured by files. See README.md. */
import type { Placement, Target } from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import { createDevice } from "./device.ts";
import { emit } from "./emit.ts";
import { floorPlan } from "./floor-plan.ts";
import { place, type RancPlacement } from "./place.ts";
import { vectorProof } from "./proof.ts";
import { readings, stimulus } from "./spikes.ts";

/** The registry hands placements back as it got them; each target knows its own. */
const own = (placement: Placement) => placement as RancPlacement;

export const ranc: Target = {
  name: chip.name,
  chip,
  place,
  emit: (placement) => emit(own(placement)),
  stimulus: (placement, input) => stimulus(own(placement), input),
  readings: (placement, events) => readings(own(placement), events),
  floorPlan: (placement) => floorPlan(own(placement)),
  open: async (image) => createDevice(image),
  proofs: [vectorProof],
};
