/** Native spiking networks to Xylo's integers: float network to spec, spec through a quantizer, back to laws and weights. */
import { type Law, parameterIndex, plainLaw } from "../../../src/network/network.ts";
import type {
  FloatNetwork,
  FloatPopulation,
  QuantizedNetwork,
  QuantizedPopulation,
  Quantizer,
} from "../../../src/target/quantizer.ts";
import { most } from "../law.ts";
import { startingMembrane } from "../start.ts";
import { correctedQuantizer } from "./corrected.ts";
import { compensation, floatSpec, layoutOf, type SpecLayout } from "./float-spec.ts";
import { rockpoolChannel } from "./rockpool-channel.ts";
import { rockpoolGlobal, rockpoolGlobalFuzzy } from "./rockpool-global.ts";
import type { QuantizedSpec, Quantizer as SpecQuantizer, XyloSpec } from "./spec.ts";

const range = { low: -32768, high: 32767, overflow: "saturate" } as const;

/** Parameters of a population's neurons, as they stand in a spec. */
interface Part {
  readonly stage: "hidden" | "output";
  readonly first: number;
  readonly size: number;
}

function partsOf(layout: SpecLayout): Map<string, Part> {
  const hidden = layout.hidden.map(({ name, first, size }): [string, Part] => [
    name,
    { stage: "hidden", first, size },
  ]);
  return new Map([...hidden, [layout.output.name, { stage: "output", first: 0, size: layout.output.size }]]);
}

function dash(values: Float64Array) {
  const shifts = Int32Array.from(values);
  const shift = shifts.reduce((largest, value) => Math.max(largest, value), 0);
  const uniform = shifts.every((value) => value === shift);
  return { kind: "shift", shift, tail: true, ...(uniform ? {} : { shifts }) } as const;
}

function lawOf(spec: QuantizedSpec, { stage, first, size }: Part, fires: boolean): Law {
  const isHidden = stage === "hidden";
  const own = (hidden: Float64Array, output: Float64Array) =>
    (isHidden ? hidden : output).subarray(first, first + size);
  const bias = isHidden ? spec.bias : spec.biasOut;
  const law: Law = {
    ...plainLaw,
    synapse: {
      kind: "trace",
      decayU: dash(own(spec.dashSynapse, spec.dashSynapseOut)),
      overflowU: range,
      synapseOrder: "addThenDecay",
      resetSynapse: false,
    },
    inputShift: isHidden ? spec.weightShifts.hidden : spec.weightShifts.output,
    bias: bias === null ? Int32Array.of(0) : Int32Array.from(bias.subarray(first, first + size)),
    decayV: dash(own(spec.dashMembrane, spec.dashMembraneOut)),
    overflowV: range,
    maxSpikes: most[stage],
  };
  if (!fires) return { ...law, compare: "never", maxSpikes: 1, reset: { kind: "none" } };
  return { ...law, threshold: Int32Array.from(own(spec.threshold, spec.thresholdOut)) };
}

/** Float membrane of one integer: from the largest weight, bias or threshold of the neuron, whichever says it best. */
function unitsOf(before: XyloSpec, after: QuantizedSpec, { stage, first, size }: Part): Float64Array {
  const isHidden = stage === "hidden";
  const [wanted, kept] = isHidden
    ? [before.threshold, after.threshold]
    : [before.thresholdOut, after.thresholdOut];
  const weights = isHidden
    ? ([before.weightsHidden, after.weightsHidden] as const)
    : ([before.weightsOut, after.weightsOut] as const);
  const columns = isHidden ? before.hidden : before.outputs;
  const shift = 2 ** (isHidden ? after.weightShifts.hidden : after.weightShifts.output);
  return Float64Array.from({ length: size }, (_, i) => {
    const neuron = first + i;
    if (wanted[neuron] > 0 && kept[neuron] > 0) return wanted[neuron] / kept[neuron];
    let best = 0;
    for (let at = neuron; at < weights[0].length; at += columns)
      if (Math.abs(weights[0][at]) > Math.abs(weights[0][best * columns + neuron]))
        best = (at - neuron) / columns;
    const at = best * columns + neuron;
    return weights[1][at] === 0 ? 1 : weights[0][at] / (weights[1][at] * shift);
  });
}

/** [target][source] of a projection, out of the spec's matrices [source][target]. */
function weightsOf(network: FloatNetwork, spec: QuantizedSpec, parts: ReadonlyMap<string, Part>) {
  return new Map(
    network.projections.map(({ name, source, target, weights }) => {
      const onto = parts.get(target)!;
      const from = parts.get(source)?.first ?? 0;
      const [matrix, columns] =
        onto.stage === "output"
          ? [spec.weightsOut, spec.outputs]
          : source === network.input.name
            ? [spec.weightsIn, spec.hidden]
            : [spec.weightsHidden, spec.hidden];
      const sources = weights.length / onto.size;
      const integers = Int16Array.from(weights, (_, i) => {
        const row = from + (i % sources);
        return matrix[row * columns + onto.first + Math.floor(i / sources)];
      });
      return [name, integers] as const;
    }),
  );
}

/** Where the chip's neurons are not the model's. */
function warningsOf({ populations }: FloatNetwork): string[] {
  return populations
    .filter(({ threshold, reset }) => threshold !== null && reset !== "subtract")
    .map(
      ({ name, reset }) =>
        `${name}: the model resets by ${reset === "zero" ? "value" : "nothing"}, the chip subtracts the threshold, and fires several times where several are due`,
    );
}

function notesOf({ populations }: FloatNetwork): string[] {
  return populations
    .filter(({ traceKeeps }) => traceKeeps === null)
    .map(
      ({ name }) => `${name}: the model has no trace; the chip's, of dash 1, hands input on within few steps`,
    );
}

const gainsOf = (population: FloatPopulation, size: number) =>
  Float64Array.from({ length: size }, (_, neuron) => compensation(population, neuron));

function quantizeWith(quantize: SpecQuantizer, compensated: boolean): Quantizer["quantize"] {
  return (network): QuantizedNetwork => {
    const spec = floatSpec(network, compensated);
    const quantized = quantize(spec);
    const parts = partsOf(layoutOf(network));
    const populations = network.populations.map((population): [string, QuantizedPopulation] => {
      const { name, threshold } = population;
      const part = parts.get(name)!;
      const law = lawOf(quantized, part, threshold !== null);
      const unit = unitsOf(spec, quantized, part);
      return [name, { law, unit, ...(compensated ? { weightGain: gainsOf(population, part.size) } : {}) }];
    });
    return {
      populations: new Map(populations),
      weights: weightsOf(network, quantized, parts),
      notes: notesOf(network),
      warnings: warningsOf(network),
    };
  };
}

/** Biases act from the first step of a run. */
function start(law: Law, neurons: number, latency: number): Int32Array {
  if (law.bias.every((value) => value === 0)) return Int32Array.of(0);
  return Int32Array.from({ length: neurons }, (_, neuron) =>
    startingMembrane(law, (values) => values[parameterIndex(neuron, neurons, values.length)], latency),
  );
}

export const quantizers: readonly Quantizer[] = [
  {
    name: "own",
    what: "a scale for each neuron, at which weights, threshold and bias fit; weights make up for rounded decays, and are shifted as far as they may be",
    standard: true,
    takesConstants: true,
    quantize: quantizeWith(correctedQuantizer, true),
    start,
  },
  {
    name: "rockpool-channel",
    what: "Rockpool's channel_quantize as its code runs, defects included",
    standard: false,
    takesConstants: true,
    quantize: quantizeWith(rockpoolChannel, false),
    start,
  },
  {
    name: "rockpool-global",
    what: "Rockpool's global_quantize as its code runs, defects included",
    standard: false,
    takesConstants: true,
    quantize: quantizeWith(rockpoolGlobal, false),
    start,
  },
  {
    name: "rockpool-global-fuzzy",
    what: "Rockpool's global_quantize with fuzzy_scaling as its code runs, defects included",
    standard: false,
    takesConstants: true,
    quantize: quantizeWith(rockpoolGlobalFuzzy, false),
    start,
  },
];
