/** The target `odin`: ODIN behind a serprog programmer that also carries AER. See README.md. */
import type { Target } from "../../src/target/target.ts";
import { type FamilyChip, neuronCount, type PlacedNeuron, type WordByte } from "../odin-family/chip.ts";
import { createFamilyTarget } from "../odin-family/family-target.ts";
import { chip } from "./chip.ts";
import { createBoard } from "./device.ts";
import { vectorProof } from "./proof.ts";

const firstSignRegister = 2;
const sourcesInRegister = 16;
/** BURST_TIMEREF, AER source, monitor (3), unmapped synapses (2), learning on synapse events: all off. */
const registersOff = [18, 19, 20, 21, 22, 23, 24, 25];

/** SYN_SIGN: a bit for each source neuron, 1 = its weights are taken off. */
function signRegisters(neurons: readonly PlacedNeuron[]): [number, number][] {
  return Array.from({ length: neuronCount / sourcesInRegister }, (_, register) => {
    let signs = 0;
    for (let bit = 0; bit < sourcesInRegister; bit++) {
      const weights = neurons[register * sourcesInRegister + bit]?.weights ?? new Map<number, number>();
      if ([...weights.values()].some((weight) => weight < 0)) signs |= 1 << bit;
    }
    return [firstSignRegister + register, signs];
  });
}

/** Bits 77:70; calcium, in the same bytes, is 0 and stays. */
function membraneOf(vInit: number): WordByte[] {
  return [
    [8, (vInit & 3) << 6, 0x3f],
    [9, vInit >> 2, 0xc0],
  ];
}

/** Bytes 3 and above come after byte 2. Those between hold learning, which bit 17 switches off. */
function wordOf({ threshold, vInit, leak, enabled }: PlacedNeuron): WordByte[] {
  const leakEnabled = leak > 0 ? 1 : 0;
  return [
    [0, 1 | (leak << 1), 0],
    [1, leakEnabled | ((threshold & 0x7f) << 1), 0],
    [2, threshold >> 7, 0],
    [8, (vInit & 3) << 6, 0],
    [9, vInit >> 2, 0],
    [15, enabled ? 0 : 0x80, 0],
  ];
}

const family: FamilyChip = {
  chip,
  signPerSource: true,
  weights: { low: -7, high: 7 },
  fifoDepth: chip.limits.fifo,
  registers: (neurons) => [
    ...signRegisters(neurons),
    ...registersOff.map((register): [number, number] => [register, 0]),
  ],
  // Every neuron is visited by every spike, used or not.
  programmed: () => neuronCount,
  wordOf,
  membraneOf,
  nibbleOf: (weight) => (weight === 0 ? 0 : 8 | Math.abs(weight)),
  spikeOf: (neuron) => (neuron << 8) | 0x07,
  leakOfAll: 0x007f,
  createBoard,
  proofs: [vectorProof],
};

export const odin: Target = createFamilyTarget(family);
