/** What of the neuron law the firmware computes, checked before anything is encoded, and bounds of its 32-bit sums. */
import { SpikecError } from "../../src/errors/error.ts";
import { beyondPlain } from "../../src/network/law-extent.ts";
import {
  type Encoder,
  type Input,
  type IntegrateAndFirePopulation,
  type Law,
  type Network,
  sizeOf,
} from "../../src/network/network.ts";
import { integrateAndFireOnly } from "../../src/target/populations.ts";
import type { FitReason } from "../../src/target/target.ts";
import type { ImageParts, PopulationPart, ProjectionPart } from "./image/parts.ts";

/** Of what the law has beyond the plain neuron, the image has places for these. */
const hasPlace = [/^a reset amount/, /^a reset value/, /^a floor/];

function breaches(law: Law): string[] {
  return [
    ...beyondPlain(law).filter((feature) => !hasPlace.some((pattern) => pattern.test(feature))),
    law.maxSpikes === 1 || law.compare === "never" ? null : `maxSpikes ${law.maxSpikes}`,
    law.decayV.kind === "constant" ? "decayV constant" : null,
    law.decayV.kind !== "none" && law.decayV.kind !== "constant" && law.decayV.shift > 31
      ? "a shift above 31"
      : null,
  ].filter((what) => what !== null);
}

function inputBreach({ encoder, name }: Input): string | null {
  if (!("bits" in encoder)) return null;
  const most = encoder.signed ? 16 : 15;
  const isSent = encoder.kind === "analog" || encoder.kind === "current";
  return isSent && encoder.bits > most
    ? `${name}: an input of ${encoder.bits} bits; the board takes ${most}`
    : null;
}

/** The populations; throws SPK-0402 with all that the firmware cannot compute. */
export function checkLaw(network: Network, board: string): readonly IntegrateAndFirePopulation[] {
  const populations = integrateAndFireOnly(network, board);
  const lines = [
    ...populations.flatMap(({ name, law }) => breaches(law).map((breach) => `${name}: ${breach}`)),
    ...network.inputs.map(inputBreach).filter((breach) => breach !== null),
  ];
  if (lines.length === 0) return populations;
  const list = lines.map((line) => `\n  ${line}`).join("");
  throw new SpikecError("SPK-0402", `the firmware of ${board} does not compute:${list}`, {
    where: network.name,
  });
}

const largestWord = 2 ** 31 - 1;

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}

/** The most that one of the interleaved columns reaches: the sum of the absolute weights of one target. */
function largestColumn(weights: ArrayLike<number>, columns: number): number {
  const sums = new Float64Array(columns);
  for (let i = 0; i < weights.length; i++) sums[i % columns] += Math.abs(weights[i]);
  return largest(sums);
}

/** At most so much reaches one membrane in one step if every source neuron of the projection sends 1. */
function reachOf({ connection }: ProjectionPart, neurons: number): number {
  switch (connection.kind) {
    case "dense":
      return largestColumn(connection.weights, neurons);
    case "oneToOne":
      return largest(connection.weights);
    case "sparse": {
      const sums = new Float64Array(neurons);
      connection.targets.forEach((target, i) => {
        sums[target] += Math.abs(connection.weights[i]);
      });
      return largest(sums);
    }
    case "convolution": {
      // Weights of different groups share a column: the bound is larger than it need be.
      const perGroup = connection.to[0] / connection.groups;
      return largestColumn(connection.weights, perGroup);
    }
  }
}

/** The most that one neuron of a source sends in a step: spikes are 1, values have the bits of their encoder. */
function largestSent(encoder: Encoder | undefined): number {
  switch (encoder?.kind) {
    case "analog":
    case "current":
      return 2 ** encoder.bits;
    case "spikes":
      return 32_767;
    default:
      return 1;
  }
}

/** The same after the pools have added up their windows. */
function largestValue(network: Network, { source, pools }: ProjectionPart): number {
  const single = largestSent(network.inputs[source]?.encoder);
  return pools.reduce((value, { kernel }) => value * kernel[0] * kernel[1], single);
}

/** A decay that lets states grow: multiplier / 2^shift, 1 at least. */
function gainOf({ decay, decayShift, multiplier }: PopulationPart): number {
  return decay === "multiply" ? Math.max(1, largest(multiplier.values) / 2 ** decayShift) : 1;
}

/** How far a membrane can be from 0 between two steps; resets and floors may move it by what they are set to. */
function restingBound(part: PopulationPart, step: number, steps: number): number {
  const { overflow, low, high, threshold, resetValue, vInit, floorValue } = part;
  const set = Math.max(...[threshold, resetValue, vInit, floorValue].map(({ values }) => largest(values)));
  if (overflow !== "none") return Math.max(-low, high) + set;
  return gainOf(part) > 1 ? Number.POSITIVE_INFINITY : set + steps * (step + set);
}

/** A sum beyond a 32-bit word would wrap on the board: such a network does not fit. */
export function wordReasons(network: Network, parts: ImageParts): FitReason[] {
  return parts.populations.flatMap((part, index) => {
    const incoming = parts.projections.filter(({ target }) => target === index);
    const reach = incoming.reduce(
      (sum, one) => sum + reachOf(one, part.neurons) * largestValue(network, one),
      0,
    );
    const step = reach + largest(part.bias.values);
    const need = gainOf(part) * restingBound(part, step, parts.steps) + step;
    if (need <= largestWord) return [];
    const help = "use smaller weights, fewer bits of input, or a state that saturates";
    return [
      { layer: network.populations[index].name, resource: "largest sum", need, limit: largestWord, help },
    ];
  });
}

/** Limits of the firmware: firmware/network/check.c. */
const [mostPopulations, mostPools] = [256, 2];

/** Numbers that have fields of 8 or 16 bits in the image, or other limits in the firmware. */
export function fieldReasons(network: Network): FitReason[] {
  const reasons: FitReason[] = [];
  const check = (layer: string, resource: string, need: number, limit: number, help: string) => {
    if (need > limit) reasons.push({ layer, resource, need, limit, help });
  };
  for (const { name, shape } of [...network.inputs, ...network.populations])
    check(name, "neurons of a layer", sizeOf(shape), 65_535, "use smaller layers");
  const addresses = network.inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  check("network", "input addresses", addresses, 65_535, "use a smaller input");
  check("network", "layers", network.populations.length, mostPopulations, "use fewer layers");
  check("network", "projections", network.projections.length, 65_535, "use fewer projections");
  check("network", "timesteps", network.timesteps, 60_000, "use fewer timesteps");
  for (const { name, delay, pools, connection } of network.projections) {
    check(name, "delay", delay, 254, "use shorter delays");
    check(name, "pools in a row", pools.length, mostPools, "merge pools that follow one another");
    const windows = [...pools, ...(connection.kind === "convolution" ? [connection] : [])];
    const extents = windows.flatMap(({ kernel, stride, padding }) => [...kernel, ...stride, ...padding]);
    check(name, "extent of a window", largest(extents), 255, "use smaller windows");
  }
  return reasons;
}
