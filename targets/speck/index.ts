/** The targets `speck2f`, `speck2e` and `dynapcnndevkit`: one mechanism, three chips. See README.md. */
import type { Placement, Proof, Target } from "../../src/target/target.ts";
import { chips, type SpeckChip } from "./chip.ts";
import { createSpeckDevice } from "./device.ts";
import { emit } from "./emit.ts";
import { readings, stimulus } from "./events.ts";
import { floorPlan } from "./floor-plan.ts";
import { speckOptions } from "./options.ts";
import { place, type SpeckPlacement } from "./place.ts";
import { mappingProof } from "./proof/mapping-cases.ts";
import { miscellaneousProof } from "./proof/miscellaneous-cases.ts";
import { networkProof } from "./proof/networks.ts";
import { quantizerProof } from "./proof/quantize-cases.ts";

/** The registry hands placements back as it got them; each target knows its own. */
const own = (placement: Placement) => placement as SpeckPlacement;

function speckTarget(chip: SpeckChip, proofs: readonly Proof[]): Target {
  return {
    name: chip.name,
    chip,
    options: speckOptions,
    place: (network, options) => place(chip, network, options),
    emit: (placement) => emit(chip, own(placement)),
    stimulus: (placement, input) => stimulus(own(placement), input),
    readings: (placement, events) => readings(own(placement), events),
    floorPlan: (placement) => floorPlan(chip, own(placement)),
    open: async (image) => createSpeckDevice(image),
    proofs,
  };
}

/** What all chips of the family share; the vectors of whole networks are configurations of a Speck 2f. */
const commonProofs = [quantizerProof, mappingProof, miscellaneousProof];

export const [speck2f, speck2e, dynapcnndevkit] = chips.map((chip) =>
  speckTarget(chip, chip.name === "speck2f" ? [...commonProofs, networkProof] : commonProofs),
);
