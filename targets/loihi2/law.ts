/**
 * What of the neuron law the chip computes, and the fields that make it do so. A membrane of the chip counts in units of
 * 2^-6 of a weight. A network's membrane may count in weights (a plain law: everything is shifted by 6 on the way) or in the
 * chip's own units (inputShift 6, as `.net` files are imported).
 */

import type { NetNeuron } from "../../src/import/netx/format/net-file.ts";
import {
  type Decay,
  type IntegrateAndFirePopulation,
  type Law,
  parameterIndex,
  type StateRange,
  sizeOf,
} from "../../src/network/network.ts";
import type { LoihiChip } from "./chip.ts";

const inputShift = 6;
const decayShift = 12;
const decayUnity = 2 ** decayShift;
/** lava b6822fb, lif/models.py: u wraps once into this range, v saturates at that. */
const currentRange = { low: -(2 ** 23) + 1, high: 2 ** 23 };
const voltageRange = { low: -(2 ** 23) + 1, high: 2 ** 23 - 1 };

/** A population as the chip's neurons. */
export interface ChipNeurons {
  readonly neuron: NetNeuron;
  /** One a neuron, in units of 2^6. */
  readonly bias: Int32Array;
  /** v of the chip = membraneScale times the network's membrane. */
  readonly membraneScale: number;
}

export const softResetAdvice =
  "a reset by subtraction, which Loihi's neurons lack: convert as sigma-delta (--neurons sigma-delta, ReLU up to rounding)" +
  " or with a reset to zero (--reset zero, whose error the conversion reports)";

/** Fields of a decay that the chip has, as what is kept in 4096ths; null for another. */
function keptOf(decay: Decay): number | null {
  if (decay.kind === "none") return decayUnity;
  const { kind } = decay;
  if (kind !== "multiply" || decay.shift !== decayShift || decay.rounding !== "trunc0") return null;
  const [kept] = decay.multiplier;
  const uniform = decay.multiplier.every((value) => value === kept);
  return uniform && kept >= 0 && kept <= decayUnity ? kept : null;
}

function isRange(
  range: StateRange | null,
  expected: { low: number; high: number },
  overflow: string,
): boolean {
  if (range === null) return true;
  return range.low === expected.low && range.high === expected.high && range.overflow === overflow;
}

/** What in a law the chip's neurons do not do, in words; empty where they do it all. */
export function lawBreaches(law: Law, chip: LoihiChip): string[] {
  const found: string[] = [];
  const require = (kept: boolean, what: string) => {
    if (!kept) found.push(what);
  };
  const { synapse } = law;
  const isFine = law.inputShift === inputShift;
  const uniformThreshold = law.threshold.every((value) => value === law.threshold[0]);
  if (law.compare !== "never") {
    require(law.compare === "gt", `it fires at "${law.compare}", the chip at v > threshold`);
    if (law.reset.kind === "subtract") found.push(softResetAdvice);
    else
      require(law.reset.kind === "zero" && law.reset.value.every((v) => v === 0), "the chip resets v to 0");
    require(uniformThreshold, "the chip has one threshold for a layer");
    require(law.maxSpikes ===
      1, `it fires up to ${law.maxSpikes} times a step (0: any number), the chip once`);
  }
  require(law.vInit.every((v) => v === 0), "the chip starts every membrane at 0");
  require(law.floor === null, "the chip's membranes have no floor");
  require(law.refractory === 0, "refractory steps: a .net file has none");
  require(law.phase === "post" &&
    law.accumulate === "step" &&
    law.resetTiming === "immediate", "the chip compares once, at the end of a step");
  require(isFine || law.inputShift === 0, `inputShift ${law.inputShift}, the chip has 6`);
  require(synapse.kind !== "alpha", "the chip has one synaptic trace");
  if (synapse.kind === "trace") {
    require(isFine, "a synaptic trace needs the chip's own units (inputShift 6)");
    require(synapse.synapseOrder === "decayThenAdd" &&
      !synapse.resetSynapse, "the chip's traces decay before they add, and outlive a spike");
    require(keptOf(synapse.decayU) !==
      null, "a decay of the trace other than multiply, trunc0, 12 bits, one for the layer");
    require(isRange(synapse.overflowU, currentRange, "wrap"), "the chip's trace wraps in 24 bits");
  }
  require(keptOf(law.decayV) !== null &&
    (isFine ||
      law.decayV.kind ===
        "none"), "a decay of the membrane other than multiply, trunc0, 12 bits, one for the layer, in the chip's own units (inputShift 6)");
  const coarse = { low: chip.rules.state.low, high: chip.rules.state.high };
  require(isRange(
    law.overflowV,
    isFine ? voltageRange : coarse,
    "saturate",
  ), "the chip's membrane saturates at its own range");
  return found;
}

/** The chip's fields for a law without breaches. Thresholds and biases may still be out of range: `place` looks. */
export function chipNeurons({ law, shape }: IntegrateAndFirePopulation): ChipNeurons {
  const isFine = law.inputShift === inputShift;
  const unit = isFine ? 2 ** inputShift : 1;
  const size = sizeOf(shape);
  const keptU = law.synapse.kind === "trace" ? keptOf(law.synapse.decayU)! : 0;
  return {
    neuron: {
      kind: "LIF",
      iDecay: decayUnity - keptU,
      vDecay: decayUnity - keptOf(law.decayV)!,
      // A population that never fires: the highest threshold, which `notes` proves is not reached.
      vThMant: law.compare === "never" ? 2 ** 17 - 1 : law.threshold[0] / unit,
      messageBits: null,
    },
    bias: Int32Array.from(
      { length: size },
      (_, i) => law.bias[parameterIndex(i, size, law.bias.length)] / unit,
    ),
    membraneScale: isFine ? 1 : 2 ** inputShift,
  };
}

/** Thresholds and biases of the chip's own units must be multiples of 2^6. */
export function unitBreaches({ law }: IntegrateAndFirePopulation): string[] {
  if (law.inputShift !== inputShift) return [];
  const whole = (values: Int32Array) => values.every((value) => value % 2 ** inputShift === 0);
  return [
    whole(law.bias) ? null : "biases are multiples of 64 on the chip (exponent 6)",
    whole(law.threshold) ? null : "thresholds are multiples of 64 on the chip",
  ].filter((what) => what !== null);
}
