/** The targets `loihi2` and `loihi1`: one mechanism, two chips. See README.md. */
import type { Quantizer } from "../../src/target/quantizer.ts";
import type { Placement, Proof, Target } from "../../src/target/target.ts";
import { type LoihiChip, loihi1Chip, loihi2Chip } from "./chip.ts";
import { createLoihiDevice } from "./device.ts";
import { emit } from "./emit.ts";
import { readings, stimulus } from "./events.ts";
import { place } from "./place.ts";
import type { LoihiPlacement } from "./placement.ts";
import { lavaProof } from "./proof/lava-cases.ts";
import { nengoProof } from "./proof/nengo-cases.ts";
import { netxProof } from "./proof/netx-cases.ts";
import { quantizeLavaDl } from "./quantize/lava-dl.ts";
import { quantizeNengo } from "./quantize/nengo.ts";

/** The general way is the default: it scales each channel to fit. */
const quantizers: readonly Quantizer[] = [
  {
    name: "lava-dl",
    what: "lava-dl's 8 bits at its fixed scale of 64, for networks trained with it; bits and exponent of a layer are chosen as lava-dl loads it",
    standard: false,
    takesConstants: false,
    quantize: quantizeLavaDl,
  },
  {
    name: "nengo",
    what: "nengo-loihi's discretization: a scale for each layer, at which its largest weight is 255",
    standard: false,
    takesConstants: false,
    quantize: quantizeNengo,
  },
];

/** The registry hands placements back as it got them; each target knows its own. */
const own = (placement: Placement) => placement as LoihiPlacement;

function loihiTarget(chip: LoihiChip, proofs: readonly Proof[]): Target {
  return {
    name: chip.name,
    chip,
    quantizers,
    place: (network, options) => place(chip, network, options),
    emit: (placement) => emit(chip, own(placement)),
    stimulus: (placement, input) => stimulus(own(placement), input),
    readings: (placement, events) => readings(own(placement), events),
    open: createLoihiDevice,
    proofs,
  };
}

export const loihi2 = loihiTarget(loihi2Chip, [lavaProof, netxProof]);
export const loihi1 = loihiTarget(loihi1Chip, [nengoProof]);
