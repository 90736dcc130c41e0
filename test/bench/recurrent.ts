/**
 * W4 of the bench: leaky neurons that feed back on themselves after one step through random single synapses, four in five
 * excitatory, driven by a rate-coded input. Everything comes from one seed, so that every machine runs the same network.
 */
import {
  type Connection,
  type Law,
  type Network,
  type Population,
  plainLaw,
} from "../../src/network/network.ts";
import { randomIntegers } from "../../src/simulate/random.ts";

export interface RecurrentOptions {
  readonly neurons: number;
  /** Of every neuron, onto the population. */
  readonly synapses: number;
  readonly timesteps: number;
  readonly seed: number;
}

/** W4 itself: 10,000 neurons of 100 synapses. */
export const w4: RecurrentOptions = { neurons: 10_000, synapses: 100, timesteps: 256, seed: 4 };

/** One input neuron for ten of the population. */
const neuronsPerInput = 10;
/** Four in five synapses of the population excite. They balance: 4 * 5 = 20, and the input brings the rest. */
const excitation = 5;
const inhibition = -20;
/** With the leak of 1/16 a step, this lets about 1.75 % of the neurons of W4 fire. */
const drive = 10;

const law: Law = {
  ...plainLaw,
  decayV: { kind: "shift", shift: 4, tail: false },
  overflowV: { low: -32_768, high: 32_767, overflow: "saturate" },
  threshold: Int32Array.of(100),
  reset: { kind: "zero", value: Int32Array.of(0) },
};

/** A whole number below `end`, from 32 random bits. */
type Below = (end: number) => number;

function below(seed: number): Below {
  const next = randomIntegers(seed);
  return (end) => Math.floor((next() / 2 ** 32) * end);
}

/** `synapses` of every source onto random targets; `weightOf` a source. */
function randomSynapses(
  random: Below,
  sources: number,
  { neurons, synapses }: RecurrentOptions,
  weightOf: (source: number) => number,
): Connection {
  const count = sources * synapses;
  return {
    kind: "sparse",
    offsets: Int32Array.from({ length: sources + 1 }, (_, source) => source * synapses),
    targets: Int32Array.from({ length: count }, () => random(neurons)),
    weights: Int8Array.from({ length: count }, (_, synapse) => weightOf(Math.floor(synapse / synapses))),
    targetSize: neurons,
  };
}

/** The network and one sample of its input. */
export function recurrentWorkload(options: RecurrentOptions): { network: Network; sample: Uint8Array } {
  const { neurons, timesteps, seed } = options;
  const random = below(seed);
  const inputs = Math.ceil(neurons / neuronsPerInput);
  const population: Population = {
    name: "recurrent",
    shape: [neurons],
    kind: "integrateAndFire",
    law: { ...law, vInit: Int32Array.from({ length: neurons }, () => random(100)) },
    spikeValue: new Float64Array(0),
    membraneUnit: new Float64Array(0),
    origin: [],
  };
  const into = randomSynapses(random, inputs, options, () => drive);
  const back = randomSynapses(random, neurons, options, (source) =>
    source % 5 === 4 ? inhibition : excitation,
  );
  const encoder = {
    kind: "rate",
    threshold: 4050,
    initial: 2048,
    scale: 1,
    zeroPoint: 0,
    bits: 8,
    signed: false,
  } as const;
  const network: Network = {
    name: "W4",
    timesteps,
    inputs: [{ name: "drive", shape: [inputs], encoder, polarity: "unsigned" }],
    populations: [population],
    projections: [
      { name: "into", source: "drive", target: population.name, delay: 0, pools: [], connection: into },
      {
        name: "back",
        source: population.name,
        target: population.name,
        delay: 1,
        pools: [],
        connection: back,
      },
    ],
    readout: { population: population.name, read: "count", scale: 1, offset: 0 },
    provenance: { version: "", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
  };
  return { network, sample: Uint8Array.from({ length: inputs }, () => random(256)) };
}
