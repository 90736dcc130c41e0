/**
 * The hardware's memory files, as Verilog's $readmemb loads them: csram_NNN.mem, a neuron a line, and tc_NNN.mem, the type of
 * an axon a line (UA-RCL/RANC 08ae4bd, software/rancutils/rancutils/emulation.py and neuron.py; hardware CSRAM.v, Core.v).
 *
 * A line of csram, most significant bit first: connections 256 (axon 255 first), potential 9, reset potential 9, four weights
 * of 9 (type 0 first), leak 9, positive threshold 9, negative threshold 9, reset mode 1, dx 9, dy 9, axon 8, tick 4.
 */
import { SpikecError } from "../../src/errors/error.ts";
import type { CoreRows, NeuronRow } from "./grid.ts";

const axonCount = 256;
const neuronCount = 256;
const fieldBits = 9;
export const lineBits = 368;

function linesOf(file: string, text: string, bits: number, most: number): string[] {
  const lines = text.split("\n").filter((line) => line !== "");
  const wrong = lines.findIndex((line) => line.length !== bits || /[^01]/.test(line));
  if (wrong >= 0 || lines.length > most) {
    const what = wrong >= 0 ? `line ${wrong + 1} is no word of ${bits} bits` : `more than ${most} lines`;
    throw new SpikecError("SPK-0404", what, { where: file });
  }
  return lines;
}

/** Takes fields off the front of a line. */
function fieldReader(line: string): { unsigned(bits: number): number; signed(bits: number): number } {
  let at = 0;
  const unsigned = (bits: number) => Number.parseInt(line.slice(at, (at += bits)), 2);
  return {
    unsigned,
    signed(bits) {
      const value = unsigned(bits);
      return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
    },
  };
}

function readNeuron(line: string): NeuronRow {
  const field = fieldReader(line.slice(axonCount));
  const signed = () => field.signed(fieldBits);
  const axons: number[] = [];
  for (let axon = 0; axon < axonCount; axon++) if (line[axonCount - 1 - axon] === "1") axons.push(axon);
  return {
    axons,
    potential: signed(),
    resetPotential: signed(),
    weights: [signed(), signed(), signed(), signed()],
    leak: signed(),
    positiveThreshold: signed(),
    negativeThreshold: signed(),
    resetMode: field.unsigned(1),
    dx: signed(),
    dy: signed(),
    axon: field.unsigned(8),
    tick: field.unsigned(4),
  };
}

/** A core from its two files. Throws SPK-0404 with file and line where one is malformed. */
export function readCoreMemory(
  x: number,
  y: number,
  csram: { readonly name: string; readonly text: string },
  types: { readonly name: string; readonly text: string },
): CoreRows {
  return {
    x,
    y,
    axonTypes: linesOf(types.name, types.text, 2, axonCount).map((line) => Number.parseInt(line, 2)),
    neurons: linesOf(csram.name, csram.text, lineBits, neuronCount).map(readNeuron),
  };
}

/** A packet of the AXI stream: {dx 9, dy 9, axon 8, tick 4} in the low 30 bits of a word. */
export function readPacketWord(word: number): { dx: number; dy: number; axon: number; tick: number } {
  const signed = (value: number) => (value >= 256 ? value - 512 : value);
  return {
    dx: signed((word >>> 21) & 0x1ff),
    dy: signed((word >>> 12) & 0x1ff),
    axon: (word >>> 4) & 0xff,
    tick: word & 0x0f,
  };
}
