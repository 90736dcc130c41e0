/**
 * nengo-loihi's way from floats to integers (nengo-discretize.ts has its formulas): every layer is a block with a scale of its own, at
 * which its largest weight is 255; a weight exponent makes room where thresholds or biases would not fit. Groups of smaller weights get
 * an exponent of their own.
 */
import { SpikecError } from "../../../src/errors/error.ts";
import type {
  FloatNetwork,
  FloatPopulation,
  FloatProjection,
  QuantizedNetwork,
  QuantizedPopulation,
} from "../../../src/target/quantizer.ts";
import { loihiLaw, refuseSoftResets, takenWeights } from "./loihi-law.ts";
import {
  type DiscreteCompartments,
  discretizeCompartments,
  discretizeWeights,
  ownExponent,
  roundHalfEven,
} from "./nengo-discretize.ts";

const decayUnity = 4096;
const unit = 64;
/** Of a population that never fires, in float membranes: it sets no scale. */
const noThreshold = 0;

const largestOf = (values: ArrayLike<number>) =>
  Array.from(values).reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);

interface Group {
  readonly name: string;
  readonly weights: Float64Array;
}

function blockOf(population: FloatPopulation, largest: number): DiscreteCompartments {
  const { name, bias, threshold, traceKeeps, membraneKeeps } = population;
  const block = discretizeCompartments(
    {
      decayU: Array.from(bias, (_, i) => 1 - (traceKeeps?.[i] ?? 0)),
      decayV: Array.from(bias, (_, i) => 1 - (membraneKeeps?.[i] ?? 1)),
      // Weights are what a spike adds to the current: no gain of the decays is to be taken off.
      scaleU: false,
      scaleV: false,
      threshold: Array.from(bias, (_, i) => threshold?.[i] ?? noThreshold),
      bias: [...bias],
      vmin: null,
      vmax: null,
    },
    largest,
  );
  if (block !== null) return block;
  throw new SpikecError("SPK-0402", `no weight exponent makes thresholds and biases of ${name} fit`, {
    where: name,
    advice: "Scale the layer's weights up, or its thresholds and biases down, together.",
  });
}

/** Without a trace nothing of the current is left: nengo-loihi's field of 4095 keeps nothing either. */
const keptCurrent = (decayU: number) => Math.max(0, decayUnity - 1 - decayU);

function integersOf({ weights }: Group, block: DiscreteCompartments, largest: number): Int16Array {
  const own = ownExponent(largest, largestOf(weights));
  const scaled = weights.map((weight) => weight * block.weightScale * 2 ** own);
  const stored = discretizeWeights(scaled, { exponent: block.weightExponent - own, realBits: 8 });
  return Int16Array.from(stored, (weight) => weight / unit);
}

export function quantizeNengo(network: FloatNetwork): QuantizedNetwork {
  refuseSoftResets(network);
  const groups = new Map<string, Group[]>();
  for (const projection of network.projections) {
    const into = groups.get(projection.target) ?? [];
    groups.set(projection.target, [...into, groupOf(network, projection)]);
  }
  const populations = new Map<string, QuantizedPopulation>();
  const weights = new Map<string, Int16Array>();
  const notes: string[] = [];
  for (const population of network.populations) {
    const own = groups.get(population.name) ?? [];
    const largest = Math.max(0, ...own.map((group) => largestOf(group.weights)));
    const block = blockOf(population, largest);
    for (const group of own) weights.set(group.name, integersOf(group, block, largest));
    const bias = Float64Array.from(block.bias, (value) => roundHalfEven(value / unit));
    const rounded = block.bias.filter((value, i) => value !== bias[i] * unit).length;
    if (rounded > 0)
      notes.push(
        `${population.name}: ${rounded} biases are rounded to multiples of 64, which is all that a .net file holds`,
      );
    const law = loihiLaw({
      keptU: population.traceKeeps && Float64Array.from(block.decayU, keptCurrent),
      keptV: Float64Array.from(block.decayV, (decayV) => decayUnity - decayV),
      threshold: population.threshold && Float64Array.from(block.thresholdMantissa),
      bias,
    });
    populations.set(population.name, {
      law,
      unit: Float64Array.from(block.voltageScale, (scale) => 1 / scale),
    });
  }
  return { populations, weights, notes, warnings: [] };
}

function groupOf(network: FloatNetwork, projection: FloatProjection): Group {
  return { name: projection.name, weights: takenWeights(network, projection) };
}
