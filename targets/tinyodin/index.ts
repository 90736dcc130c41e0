/** The target `tinyodin`: tinyODIN behind a serprog programmer that also carries AER. See README.md. */
import type { Target } from "../../src/target/target.ts";
import type { FamilyChip, WordByte } from "../odin-family/chip.ts";
import { createFamilyTarget } from "../odin-family/family-target.ts";
import { chip } from "./chip.ts";
import { createBoard } from "./device.ts";
import { vectorProof } from "./proof.ts";

const aerSource = 2;
const lastNeuron = 3;

/** Bits 11:0; the threshold begins in the same byte. */
function membraneOf(vInit: number): WordByte[] {
  return [
    [0, vInit & 0xff, 0],
    [1, (vInit >> 8) & 0x0f, 0xf0],
  ];
}

const family: FamilyChip = {
  chip,
  signPerSource: false,
  weights: { low: -8, high: 7 },
  fifoDepth: chip.limits.fifo,
  registers: (neurons) => [
    [aerSource, 0],
    [lastNeuron, Math.max(0, neurons.length - 1)],
  ],
  // Neurons beyond MAX_NEUR are not visited.
  programmed: (used) => used,
  wordOf: ({ threshold, vInit, leak, enabled }) => [
    [0, vInit & 0xff, 0],
    [1, ((vInit >> 8) & 0x0f) | ((threshold & 0x0f) << 4), 0],
    [2, threshold >> 4, 0],
    [3, leak | (enabled ? 0 : 0x80), 0],
  ],
  membraneOf,
  nibbleOf: (weight) => weight & 0x0f,
  spikeOf: (neuron) => neuron,
  leakOfAll: 0x1ff,
  createBoard,
  proofs: [vectorProof],
};

export const tinyodin: Target = createFamilyTarget(family);
