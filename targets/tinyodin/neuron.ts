/**
 * What is tinyODIN's own: a neuron with a signed membrane of 12 bits and signed weights of 4, and 10 bits of AER.
 * ChFrenkel/tinyODIN 1865653: lif_neuron.v, neuron_core.v, controller.v.
 *
 * Word of a neuron, bits: 11:0 membrane (signed), 23:12 threshold, 30:24 leak, 31 disabled.
 */
import type { AerEvent, ChipModel, Effect, Registers } from "../odin-family/model.ts";

const bytesOfWord = 4;
const lastNeuronRegister = 3;
const lowest = -2048;
const highest = 2047;

const membraneOf = (words: Uint8Array, at: number) =>
  ((words[at] | ((words[at + 1] & 0x0f) << 8)) << 20) >> 20;
const thresholdOf = (words: Uint8Array, at: number) => (words[at + 1] >> 4) | (words[at + 2] << 4);
const leakOf = (words: Uint8Array, at: number) => words[at + 3] & 0x7f;
const isDisabled = (words: Uint8Array, at: number) => (words[at + 3] & 0x80) !== 0;

/** The threshold is unsigned: 0x800 and above is never reached. */
const reaches = (membrane: number, threshold: number) => membrane >= 0 && membrane >= threshold;

/** Toward zero, without crossing it. */
function leaked(membrane: number, leak: number): number {
  return membrane < 0 ? Math.min(0, membrane + leak) : Math.max(0, membrane - leak);
}

function update(words: Uint8Array, at: number, effect: Effect): boolean {
  const before = membraneOf(words, at);
  const sum = effect === "leak" ? leaked(before, leakOf(words, at)) : before + effect;
  const membrane = Math.min(highest, Math.max(lowest, sum));
  const reached = reaches(membrane, thresholdOf(words, at));
  const after = reached ? 0 : membrane;
  words[at] = after & 0xff;
  words[at + 1] = (words[at + 1] & 0xf0) | ((after >> 8) & 0x0f);
  return reached && !isDisabled(words, at);
}

const signed = (nibble: number) => (nibble & 8 ? nibble - 16 : nibble);

/** {virtual, leak, 8 bits}; the leak bit wins. A virtual event reaches the neurons 0..15 only. */
function decodeAer(address: number): AerEvent {
  const low = address & 0xff;
  if (address & 0x100) return { kind: "leak", neuron: low === 0xff ? "all" : low };
  if ((address & 0x200) === 0) return { kind: "spike", neuron: low };
  const neuron = low & 0x0f;
  const weight = signed(low >> 4);
  return weight === 0 ? { kind: "spike", neuron } : { kind: "virtual", neuron, effect: weight };
}

export const tinyOdinModel: ChipModel = {
  name: "tinyODIN",
  neuronBytes: bytesOfWord,
  fifoDepth: 128,
  sourceRegister: 2,
  aerBits: 10,
  decodeAer,
  weightOf: signed,
  lastNeuron: (registers: Registers) => registers[lastNeuronRegister] & 0xff,
  update,
  fires: (words, at) => !isDisabled(words, at) && reaches(membraneOf(words, at), thresholdOf(words, at)),
  refusal: () => null,
};
