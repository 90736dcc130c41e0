/**
 * The proof of the virtual board: complete byte streams in both directions, recorded from the chip's simulated RTL.
 * Each vector is a board just powered up; its reply must be the recorded one, byte for byte.
 */

import type { Proof, VectorResult } from "../../src/target/target.ts";
import { readVectors } from "../../src/target/vectors.ts";
import { createBoard } from "./device.ts";

/** Byte streams as hexadecimal text. */
interface Vector {
  readonly name: string;
  readonly host_to_board: string;
  readonly board_to_host: string;
}

function isVector(value: unknown): value is Vector {
  const vector = value as Partial<Vector> | null;
  const isStream = (text: unknown) => typeof text === "string" && /^([0-9a-f]{2})*$/i.test(text);
  return typeof vector?.name === "string" && isStream(vector.host_to_board) && isStream(vector.board_to_host);
}

/** Every vector of a file. Throws SPK-0405 when there is none, or one is malformed. */
export const vectorsOf = (file: string, contents: Uint8Array | undefined): readonly Vector[] =>
  readVectors(file, contents, isVector, "lacks a name or a byte stream");

export function bytesOfHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The first difference in words, or null. */
export function firstDifference(actual: Uint8Array, expected: Uint8Array): string | null {
  const length = Math.max(actual.length, expected.length);
  const show = (byte: number | undefined) =>
    byte === undefined ? "nothing" : `0x${byte.toString(16).padStart(2, "0")}`;
  for (let at = 0; at < length; at++) {
    if (actual[at] === expected[at]) continue;
    return `reply byte ${at}: ${show(actual[at])} instead of ${show(expected[at])}`;
  }
  return null;
}

function runVector({ name, host_to_board, board_to_host }: Vector): VectorResult {
  const difference = firstDifference(
    createBoard().receive(bytesOfHex(host_to_board)),
    bytesOfHex(board_to_host),
  );
  return { name, exact: difference === null, difference };
}

const vectorFile = "rtl/ucaspian_vectors.json";

export const vectorProof: Proof = {
  suite: "rtl/ucaspian",
  files: [vectorFile],
  whose:
    "ORNL/uCaspian commit 185c31a, its SystemVerilog simulated with Verilator 5.006; random networks and stimuli",
  vectors: 16,
  run: (files) => vectorsOf(vectorFile, files.get(vectorFile)).map(runVector),
};
