/**
 * The byte program of the generic chip, all little endian:
 *
 *   "GIF1", u32 inputs, u32 neurons, u32 synapses
 *   neurons:  i32 threshold, i32 bias, i32 vInit, u32 first step, u8 flags (bits below), 3 zero bytes
 *   offsets:  u32 first synapse of each source (inputs first, then neurons), and one past the last
 *   synapses: u32 target neuron, i32 weight, u32 delay
 *
 * Encoder and decoder stand side by side; the device uses the decoder alone.
 */
import { SpikecError } from "../../src/errors/error.ts";

const magic = 0x31464947; // "GIF1"
const headerBytes = 16;
const neuronBytes = 20;
const synapseBytes = 12;

/** Flags of a neuron. */
export const fires = 1;
/** Fires at v > threshold; else at v >= threshold. */
export const strictly = 2;
export const resetsToZero = 4;
/** Its events are reported. */
export const observed = 8;
/** Its membrane is reported after the last step. */
export const shown = 16;
/** Adds up what it is sent and tells the neurons that its synapses lead to; weights and delays of those do not count. */
export const tap = 32;
/** Fires as often as the largest of the totals that taps told it has grown. */
export const largest = 64;

export interface ProgramNeuron {
  readonly threshold: number;
  readonly bias: number;
  readonly vInit: number;
  /** Step from which it acts: its population's latency. */
  readonly firstStep: number;
  readonly flags: number;
}

/** Those of source s are offsets[s] .. offsets[s + 1]; sources are the inputs, then the neurons. */
export interface ProgramSynapses {
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights: Int32Array;
  readonly delays: Uint32Array;
}

export interface Program {
  readonly inputs: number;
  readonly neurons: readonly ProgramNeuron[];
  readonly synapses: ProgramSynapses;
}

function writeNeuron(view: DataView, at: number, neuron: ProgramNeuron): void {
  view.setInt32(at, neuron.threshold, true);
  view.setInt32(at + 4, neuron.bias, true);
  view.setInt32(at + 8, neuron.vInit, true);
  view.setUint32(at + 12, neuron.firstStep, true);
  view.setUint8(at + 16, neuron.flags);
}

export function encodeProgram({ inputs, neurons, synapses }: Program): Uint8Array {
  const { offsets, targets, weights, delays } = synapses;
  const offsetsAt = headerBytes + neurons.length * neuronBytes;
  const synapsesAt = offsetsAt + offsets.length * 4;
  const view = new DataView(new ArrayBuffer(synapsesAt + targets.length * synapseBytes));
  [magic, inputs, neurons.length, targets.length].forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  neurons.forEach((neuron, i) => {
    writeNeuron(view, headerBytes + i * neuronBytes, neuron);
  });
  offsets.forEach((offset, source) => {
    view.setUint32(offsetsAt + 4 * source, offset, true);
  });
  for (let i = 0; i < targets.length; i++) {
    const at = synapsesAt + i * synapseBytes;
    view.setUint32(at, targets[i], true);
    view.setInt32(at + 4, weights[i], true);
    view.setUint32(at + 8, delays[i], true);
  }
  return new Uint8Array(view.buffer);
}

/** A view of a program's bytes; synapses are read where they lie. */
export interface DecodedProgram {
  readonly inputs: number;
  readonly neurons: number;
  neuron(index: number): ProgramNeuron;
  /** Calls `visit` for each synapse of a source. */
  eachSynapse(source: number, visit: (target: number, weight: number, delay: number) => void): void;
  readonly longestDelay: number;
}

function refuse(what: string): never {
  throw new SpikecError("SPK-0404", `the program of the generic chip is unusable: ${what}`, {
    where: "program.bin",
  });
}

function checkSynapses(
  view: DataView,
  offsets: number,
  sources: number,
  synapses: number,
  neurons: number,
): number {
  const start = offsets + (sources + 1) * 4;
  let longest = 0;
  let previous = 0;
  for (let source = 0; source <= sources; source++) {
    const first = view.getUint32(offsets + 4 * source, true);
    if (first < previous || first > synapses) refuse(`offset ${first} of source ${source}`);
    previous = first;
  }
  for (let i = 0; i < synapses; i++) {
    const target = view.getUint32(start + i * synapseBytes, true);
    if (target >= neurons) refuse(`synapse ${i} ends in neuron ${target} of ${neurons}`);
    longest = Math.max(longest, view.getUint32(start + i * synapseBytes + 8, true));
  }
  return longest;
}

export function decodeProgram(bytes: Uint8Array): DecodedProgram {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerBytes || view.getUint32(0, true) !== magic) refuse("it does not begin with GIF1");
  const [inputs, neurons, synapses] = [4, 8, 12].map((at) => view.getUint32(at, true));
  const offsets = headerBytes + neurons * neuronBytes;
  const start = offsets + (inputs + neurons + 1) * 4;
  if (bytes.length !== start + synapses * synapseBytes)
    refuse(`${bytes.length} bytes for what its header announces`);
  const longestDelay = checkSynapses(view, offsets, inputs + neurons, synapses, neurons);
  return {
    inputs,
    neurons,
    longestDelay,
    neuron(index) {
      const at = headerBytes + index * neuronBytes;
      return {
        threshold: view.getInt32(at, true),
        bias: view.getInt32(at + 4, true),
        vInit: view.getInt32(at + 8, true),
        firstStep: view.getUint32(at + 12, true),
        flags: view.getUint8(at + 16),
      };
    },
    eachSynapse(source, visit) {
      const end = view.getUint32(offsets + 4 * source + 4, true);
      for (let i = view.getUint32(offsets + 4 * source, true); i < end; i++) {
        const at = start + i * synapseBytes;
        visit(view.getUint32(at, true), view.getInt32(at + 4, true), view.getUint32(at + 8, true));
      }
    },
  };
}
