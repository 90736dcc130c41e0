/** What the quantizers of Loihi share: the chip's neurons as laws, and what they have no place for. */
import { SpikecError } from "../../../src/errors/error.ts";
import { type Decay, type Law, plainLaw, sizeOf } from "../../../src/network/network.ts";
import type { FloatNetwork, FloatProjection } from "../../../src/target/quantizer.ts";
import { softResetAdvice } from "../law.ts";

const decayUnity = 4096;
const unit = 64;
const highestThreshold = 2 ** 17 - 1;

/** One value a neuron, in the chip's fields. */
export interface LoihiFields {
  /** 4096ths of the current that are left after a step; null: input reaches the membrane as it is. */
  readonly keptU: Float64Array | null;
  readonly keptV: Float64Array;
  /** Mantissas, in units of 2^6; null: never fires. */
  readonly threshold: Float64Array | null;
  /** In units of 2^6. */
  readonly bias: Float64Array;
}

export const withoutLoss = (size: number) => new Float64Array(size).fill(decayUnity);

/** One value where all are alike: a layer of a .net file has one. */
function compact(values: Float64Array): Int32Array {
  const integers = Int32Array.from(values);
  return integers.every((value) => value === integers[0]) ? integers.slice(0, 1) : integers;
}

function decay(kept: Float64Array): Decay {
  if (kept.every((value) => value === decayUnity)) return { kind: "none" };
  return { kind: "multiply", multiplier: compact(kept), shift: 12, rounding: "trunc0" };
}

export function loihiLaw({ keptU, keptV, threshold, bias }: LoihiFields): Law {
  const law: Law = {
    ...plainLaw,
    synapse:
      keptU === null
        ? { kind: "none" }
        : {
            kind: "trace",
            decayU: decay(keptU),
            overflowU: { low: -(2 ** 23) + 1, high: 2 ** 23, overflow: "wrap" },
            synapseOrder: "decayThenAdd",
            resetSynapse: false,
          },
    inputShift: 6,
    bias: compact(bias.map((value) => value * unit)),
    decayV: decay(keptV),
    overflowV: { low: -(2 ** 23) + 1, high: 2 ** 23 - 1, overflow: "saturate" },
  };
  if (threshold === null) return { ...law, compare: "never", reset: { kind: "none" } };
  const mantissas = threshold.map((value) => Math.min(highestThreshold, Math.max(1, value)));
  return {
    ...law,
    threshold: compact(mantissas.map((value) => value * unit)),
    compare: "gt",
    reset: { kind: "zero", value: Int32Array.of(0) },
  };
}

/** Throws SPK-0402. */
export function refuseSoftResets({ name, populations }: FloatNetwork): void {
  const soft = populations.filter(({ reset, threshold }) => threshold !== null && reset === "subtract");
  if (soft.length === 0) return;
  const layers = soft.map((population) => population.name).join(", ");
  throw new SpikecError("SPK-0402", `${layers}: ${softResetAdvice}`, { where: name });
}

/** Weights of a projection for traces that decay before they add: smaller where the model's input decays at once. */
export function takenWeights(
  { populations }: FloatNetwork,
  { target, weights }: FloatProjection,
): Float64Array {
  const { traceKeeps, traceOrder, shape } = populations.find(({ name }) => name === target)!;
  if (traceKeeps === null || traceOrder === "decayThenAdd") return weights;
  const sources = weights.length / sizeOf(shape);
  return weights.map((weight, i) => weight * traceKeeps[Math.floor(i / sources)]);
}
