/** The targets `xylo-audio3`, `xylo-audio2` and `xylo-imu`: one mechanism, three chips. See README.md. */
import type { Placement, Proof, Target } from "../../src/target/target.ts";
import { type XyloChip, xyloAudio2Chip, xyloAudio3Chip, xyloImuChip } from "./chips.ts";
import { createDevice } from "./device.ts";
import { emit } from "./emit.ts";
import { floorPlan } from "./floor-plan.ts";
import { place, type XyloPlacement } from "./place.ts";
import { brailleProof } from "./proof/braille-cases.ts";
import { coreProof } from "./proof/core-cases.ts";
import { quantizeProof } from "./proof/quantize-cases.ts";
import { quantizers } from "./quantize/quantizers.ts";
import { readings, stimulus } from "./spikes.ts";

/** The registry hands placements back as it got them; each target knows its own. */
const own = (placement: Placement) => placement as XyloPlacement;

const proofs: readonly Proof[] = [coreProof, quantizeProof, brailleProof];

function xyloTarget(chip: XyloChip): Target {
  return {
    name: chip.name,
    chip,
    quantizers,
    place: (network, options) => place(chip, network, options),
    emit: (placement) => emit(chip, own(placement)),
    stimulus: (placement, input) => stimulus(own(placement), input),
    readings: (placement, events) => readings(chip, own(placement), events),
    floorPlan: (placement) => floorPlan(chip, own(placement)),
    open: async (image) => createDevice(image, chip.limits.hiddenNeurons),
    proofs,
  };
}

export const xyloAudio3 = xyloTarget(xyloAudio3Chip);
export const xyloAudio2 = xyloTarget(xyloAudio2Chip);
export const xyloImu = xyloTarget(xyloImuChip);
