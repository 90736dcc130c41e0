/** Sigma-delta populations as layers of neurons of type SDNN: the first reads the input, the others are ReLUs or sums. */
import {
  type Network,
  parameterIndex,
  type SigmaDeltaPopulation,
  sizeOf,
} from "../../src/network/network.ts";
import type { Chain, ChainLink } from "./chain.ts";
import { weightsOf } from "./layer-weights.ts";
import type { PlacedLayer } from "./placement.ts";

/** lava-dl d825ac5, netx/hdf5.py: state_exp is 6. */
const stateExponent = 6;
const highestSpikeExponent = 6;
/** A value holds 24 bits with its fraction. */
const valueHigh = 2 ** 23 - 1;

/** The neurons that take numbers as they come: one each, weight 1, no delay. */
function readsInput({ projection, feedback }: ChainLink, position: number): boolean {
  const { connection, delay, pools } = projection;
  const isPlain = connection.kind === "oneToOne" && connection.weights.every((weight) => weight === 1);
  return position === 0 && feedback === null && isPlain && delay === 0 && pools.length === 0;
}

function breachesOf(
  link: ChainLink,
  population: SigmaDeltaPopulation,
  position: number,
  spikeExponent: number,
): string[] {
  const found: string[] = [];
  const require = (kept: boolean, what: string) => {
    if (!kept) found.push(`${population.name}: ${what}`);
  };
  const one = 2 ** (population.spikeExponent + population.stateExponent);
  const isInput = population.value === "input";
  require(isInput
    ? readsInput(link, position)
    : position > 0, "the first sigma-delta layer, and no other, reads the input, with weight 1 and delay 0");
  require(population.stateExponent ===
    stateExponent, `stateExponent ${population.stateExponent}, lava-dl has 6`);
  require(population.spikeExponent === spikeExponent &&
    spikeExponent <= highestSpikeExponent, "one spikeExponent of 0 to 6 for all layers");
  require(link.feedback === null, "a recurrent sigma-delta layer");
  require(isInput ||
    population.value === "rectified" ||
    population.bias.every((bias) => bias === 0), "a sum has no bias");
  require(population.bias.every(
    (bias) => Math.abs(bias) * one <= valueHigh,
  ), "a bias beyond the 24 bits of a value");
  return found;
}

/** What in the sigma-delta layers a `.net` file cannot say, in words. */
export function sigmaDeltaBreaches(links: readonly ChainLink[]): string[] {
  const sigmaDelta = links.map(({ population }) => population).filter(({ kind }) => kind === "sigmaDelta");
  if (sigmaDelta.length === 0) return [];
  if (sigmaDelta.length < links.length) return ["sigma-delta neurons and others in one network"];
  return links.flatMap((link, position) => {
    const { population } = link;
    if (population.kind !== "sigmaDelta") return [];
    const [first] = sigmaDelta;
    const spikeExponent = first.kind === "sigmaDelta" ? first.spikeExponent : 0;
    return breachesOf(link, population, position, spikeExponent);
  });
}

/** null: the network has no sigma-delta neurons. */
export function spikeExponentOf({ links }: Chain): number | null {
  const [{ population }] = links;
  return population.kind === "sigmaDelta" ? population.spikeExponent : null;
}

export function placeSigmaDelta(
  network: Network,
  { projection }: ChainLink,
  population: SigmaDeltaPopulation,
  latency: number,
  first: number,
): PlacedLayer {
  const { name, shape, value, threshold, bias } = population;
  const size = sizeOf(shape);
  return {
    name,
    shape,
    weights: value === "input" ? null : weightsOf(projection, network),
    recurrent: null,
    delay: projection.delay,
    recurrentDelay: null,
    neuron: { kind: "SDNN", vThMant: threshold, sigmaOutput: value === "sum", messageBits: null },
    bias: Int32Array.from({ length: size }, (_, i) => bias[parameterIndex(i, size, bias.length)]),
    silent: false,
    membraneScale: 1,
    latency,
    first,
    size,
  };
}
