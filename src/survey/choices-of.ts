/**
 * What was chosen for each layer and why. A conversion that has just been made explains itself; of a network from a file the
 * values are read off the network, and its provenance says which of them somebody asked for.
 */
import type { LayerExplanation } from "../lower/explanation.ts";
import {
  isIntegrateAndFire,
  type Law,
  type Network,
  neverFires,
  type Quantization,
} from "../network/network.ts";
import type { ChoiceRow } from "../report/html/report-data.ts";
import { sampleInput } from "../simulate/encode.ts";

function span(values: ArrayLike<number>, digits = 0): string {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  if (low > high) return "none";
  const [from, to] = [low.toFixed(digits), high.toFixed(digits)];
  return from === to ? from : `${from} .. ${to}`;
}

/** "asked for: --method max", or that it is spikec's own choice. */
function reasonOf(network: Network, option: string, usual: string): string {
  const [, value] = network.provenance.options.find(([name]) => name === option) ?? [option, undefined];
  return value === undefined ? usual : `asked for: ${option} ${value}`;
}

function granularity(values: ArrayLike<number>, channels: number): string {
  if (values.length === 1) return "one for all";
  return values.length === channels ? "one a channel" : "one a neuron";
}

/** Whether biases of the population come from inputs that fire at every step. */
function alwaysOn({ inputs, projections }: Network, population: string): boolean {
  const always = new Set(inputs.filter(({ encoder }) => encoder.kind === "always").map(({ name }) => name));
  return projections.some(({ source, target }) => target === population && always.has(source));
}

function lawChoices(network: Network, where: string, law: Law, channels: number): ChoiceRow[] {
  const starts = Array.from(law.vInit, (value, i) => {
    const threshold = law.threshold[Math.floor((i * law.threshold.length) / law.vInit.length)];
    return threshold === 0 ? 0 : value / threshold;
  });
  return [
    {
      where,
      what: "threshold",
      value: span(law.threshold),
      why: `${granularity(law.threshold, channels)}; ${reasonOf(network, "method", "chosen by search")}`,
    },
    {
      where,
      what: "vInit",
      value: span(starts, 2),
      why: starts.every((start) => start === 0)
        ? reasonOf(network, "vInit", "membranes start empty")
        : `in thresholds; ${reasonOf(network, "vInit", "half of one makes counts round instead of floor")}`,
    },
    {
      where,
      what: "bias",
      value: span(law.bias),
      why: alwaysOn(network, where)
        ? "comes from neurons that are always on"
        : `${granularity(law.bias, channels)}; ${reasonOf(network, "biasCorrect", "corrected by what rates lack in the mean")}`,
    },
    {
      where,
      what: "reset",
      value: law.reset.kind,
      why: reasonOf(network, "reset", "the best that the chip has"),
    },
  ];
}

/** One scale, or the span of those that a normalization gives. */
function scaleText({ scale, normalization }: Quantization): string {
  if (normalization === undefined) return `scale ${scale.toPrecision(4)}`;
  const scales = normalization.divisor.map((divisor) => scale * divisor).sort();
  const [least, most] = [scales[0], scales[scales.length - 1]];
  return `${scales.length} scales of ${least.toPrecision(4)} to ${most.toPrecision(4)}`;
}

function inputChoice(network: Network): ChoiceRow {
  const { name, encoder, polarity } = sampleInput(network);
  const bits = "bits" in encoder ? `, ${encoder.bits} bits, ${scaleText(encoder)}` : "";
  const sign = polarity === "signed" ? ", negative values on channels of their own" : "";
  return {
    where: name,
    what: "encoder",
    value: `${encoder.kind}${bits}${sign}`,
    why: reasonOf(network, "input", "the best that the chip has"),
  };
}

/** explanations: of the conversion, where it was made just now. */
export function choicesOf(network: Network, explanations: readonly LayerExplanation[] = []): ChoiceRow[] {
  const explained = new Set(explanations.map(({ layer }) => layer));
  const readout: ChoiceRow = {
    where: network.readout.population,
    what: "readout",
    value: network.readout.read,
    why: reasonOf(network, "readout", "the best that the chip shows"),
  };
  return [
    inputChoice(network),
    ...explanations.flatMap(({ layer, choices }) => choices.map((choice) => ({ where: layer, ...choice }))),
    ...network.populations.flatMap((population) => {
      if (explained.has(population.name) || !isIntegrateAndFire(population) || neverFires(population))
        return [];
      return lawChoices(network, population.name, population.law, population.shape[0]);
    }),
    ...(explained.has(network.readout.population) ? [] : [readout]),
  ];
}
