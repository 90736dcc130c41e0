/**
 * Pass: constants that are no bias of a membrane, as synapses of neurons that fire at every step. A bias in front of a
 * synaptic trace has no other place in the law; one that a delay holds back begins with that delay.
 */
import type { Input, IntegerArray, Projection } from "../../network/network.ts";
import { integerArray } from "../calibrate/weights.ts";
import type { FoldedPopulation, LateConstant } from "./folded-network.ts";
import { valueAt } from "./neuron-form.ts";
import type { Scales } from "./scales.ts";

/** More neurons than this for one bias would be a network of their own; a bias so much above the weights is cut off. */
const mostNeurons = 64;

export interface ConstantInput {
  /** Its neurons fire at every step. */
  readonly input: Input;
  readonly projection: Projection;
}

/** An input and a projection for each constant of the population. */
export function constantInputs(
  { name, late }: FoldedPopulation,
  { factors, bits }: Pick<Scales, "factors" | "bits">,
): ConstantInput[] {
  return late.map((constant, index) => {
    const source = `${name}:constant${index === 0 ? "" : `:${index + 1}`}`;
    const integers = inIntegers(constant, factors);
    const top = 2 ** (bits - 1) - 1;
    const largest = integers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const neurons = Math.min(mostNeurons, Math.max(1, Math.ceil(largest / top)));
    return {
      input: { name: source, shape: [neurons], encoder: { kind: "always" }, polarity: "unsigned" },
      projection: {
        name: `${source} -> ${name}`,
        source,
        target: name,
        delay: constant.from,
        ...(constant.from === 0 ? {} : { modelDelay: constant.from }),
        pools: [],
        connection: { kind: "dense", weights: shared(integers, neurons, bits) },
      },
    };
  });
}

/**
 * What integers of the weights leave of constants, added to the bias of the membrane, which is finer: as much as a trace of it
 * comes to. It comes a little early while the trace would still grow; without it, it would be missing in every step.
 */
export function withRemainders(folded: FoldedPopulation, { factors }: Scales): FoldedPopulation {
  const { synapse, gain } = folded.form;
  if (synapse?.kind !== "trace") return folded;
  const bias = folded.bias.slice();
  for (const constant of folded.late) {
    if (constant.from > 0) continue;
    const integers = inIntegers(constant, factors);
    constant.values.forEach((value, i) => {
      const factor = factors[Math.floor((i * factors.length) / bias.length)];
      const keeps = valueAt(synapse.keeps, i);
      const worth = synapse.order === "addThenDecay" ? keeps : 1;
      if (keeps < 1) bias[i] += ((value - integers[i] / factor) * worth * valueAt(gain, i)) / (1 - keeps);
    });
  }
  return { ...folded, bias };
}

function inIntegers({ values }: LateConstant, factors: Float64Array): Int32Array {
  return Int32Array.from(values, (value, i) =>
    Math.round(value * factors[Math.floor((i * factors.length) / values.length)]),
  );
}

/** [target][source]: each constant in as many weights as there are sources, which add up to it. */
function shared(integers: Int32Array, neurons: number, bits: number): IntegerArray {
  const top = 2 ** (bits - 1) - 1;
  const weights = integerArray(integers.length * neurons, bits);
  integers.forEach((value, target) => {
    for (let source = 0; source < neurons; source++) {
      const share = Math.trunc((value * (source + 1)) / neurons) - Math.trunc((value * source) / neurons);
      weights[target * neurons + source] = Math.min(top, Math.max(-top, share));
    }
  });
  return weights;
}
