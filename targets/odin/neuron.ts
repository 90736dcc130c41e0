/**
 * What is ODIN's own: a leaky integrate-and-fire neuron with an unsigned membrane of 8 bits, a sign a source neuron, and 17
 * bits of AER. ChFrenkel/ODIN 1781931: src/LIF_neuron_blocks/lif_neuron_state.v, src/neuron_core.v, src/controller.v.
 *
 * Word of a neuron, bits: 0 model (1 = leaky integrate-and-fire), 7:1 leak, 8 leak enabled, 16:9 threshold, 17 calcium
 * enabled (learning), 77:70 membrane, 127 disabled. Memory before programming is 0 here, and anything on silicon.
 */
import type { AerEvent, ChipModel, Effect, Registers } from "../odin-family/model.ts";

const bytesOfWord = 16;
const signRegisters = 2;
const monitorRegister = 20;
const propagateUnmappedRegister = 24;

const leakOf = (words: Uint8Array, at: number) => (words[at + 1] & 1 ? words[at] >> 1 : 0);
const thresholdOf = (words: Uint8Array, at: number) => (words[at + 1] >> 1) | ((words[at + 2] & 1) << 7);
const membraneOf = (words: Uint8Array, at: number) => (words[at + 8] >> 6) | ((words[at + 9] & 0x3f) << 2);
const isDisabled = (words: Uint8Array, at: number) => (words[at + 15] & 0x80) !== 0;
const isLeakyIntegrator = (words: Uint8Array, at: number) => (words[at] & 1) === 1;

function setMembrane(words: Uint8Array, at: number, membrane: number): void {
  words[at + 8] = (words[at + 8] & 0x3f) | ((membrane & 3) << 6);
  words[at + 9] = (words[at + 9] & 0xc0) | (membrane >> 2);
}

function update(words: Uint8Array, at: number, effect: Effect): boolean {
  if (!isLeakyIntegrator(words, at)) return false;
  const change = effect === "leak" ? -leakOf(words, at) : effect;
  const membrane = Math.min(255, Math.max(0, membraneOf(words, at) + change));
  const reached = membrane >= thresholdOf(words, at);
  setMembrane(words, at, reached ? 0 : membrane);
  // A disabled neuron is reset all the same (neuron_core.v, NEUR_EVENT_OUT).
  return reached && !isDisabled(words, at);
}

/** An event for a single neuron: its weight, sign and leak bits, taken from bits 7:3 of the address. */
function virtualEffect(bits: number): Effect {
  if (bits & 1) return "leak";
  return bits & 2 ? -(bits >> 2) : bits >> 2;
}

function decodeAer(address: number): AerEvent {
  const [neuron, low] = [(address >> 8) & 0xff, address & 0xff];
  if (address & 0x10000) return { kind: "synapse", source: neuron, target: low };
  if ((low & 0x7f) === 0x7f) return { kind: "leak", neuron: low & 0x80 ? neuron : "all" };
  if ((low & 0x7f) === 0) return { kind: "refused", what: "bistability events are not emulated" };
  const bits = low >> 3;
  return bits === 0 ? { kind: "spike", neuron } : { kind: "virtual", neuron, effect: virtualEffect(bits) };
}

/** Nibble {mapped, weight[2:0]}; an unmapped synapse weighs 0 unless PROPAGATE_UNMAPPED_SYN is set. */
function weightOf(nibble: number, source: number, registers: Registers): number {
  const carries = (nibble & 8) !== 0 || (registers[propagateUnmappedRegister] & 1) === 1;
  const weight = carries ? nibble & 7 : 0;
  const inhibits = (registers[signRegisters + (source >> 4)] >> (source & 15)) & 1;
  return inhibits ? -weight : weight;
}

function refusal(words: Uint8Array, registers: Registers): string | null {
  if (registers[monitorRegister] & 1) return "the monitor (OUT_AER_MONITOR_EN) is not emulated";
  for (let at = 0; at < words.length; at += bytesOfWord) {
    const neuron = at / bytesOfWord;
    if (!isLeakyIntegrator(words, at) && !isDisabled(words, at))
      return `neuron ${neuron} is an Izhikevich neuron (bit 0 of its word is 0): these are not emulated`;
    if (isLeakyIntegrator(words, at) && words[at + 2] & 2)
      return `neuron ${neuron} learns (calcium, bit 17 of its word): learning is not emulated`;
  }
  return null;
}

export const odinModel: ChipModel = {
  name: "ODIN",
  neuronBytes: bytesOfWord,
  fifoDepth: 32,
  sourceRegister: 19,
  aerBits: 17,
  decodeAer,
  weightOf,
  lastNeuron: () => 255,
  update,
  fires: (words, at) =>
    isLeakyIntegrator(words, at) && !isDisabled(words, at) && membraneOf(words, at) >= thresholdOf(words, at),
  refusal,
};
