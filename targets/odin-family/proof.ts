/**
 * Proofs of the family: SPI writes and AER events go into the emulated chip as the recorded harness gave them to the
 * simulated RTL; AER events, their order, the event that caused each, and the final membranes must be the recorded ones.
 */

import type { Proof, VectorResult } from "../../src/target/target.ts";
import { readVectors } from "../../src/target/vectors.ts";
import { type Core, createCore } from "./core.ts";
import { frame as frameOf } from "./frames.ts";
import type { ChipModel } from "./model.ts";
import { createSpiSlave, transfer } from "./spi-slave.ts";

interface Vector {
  readonly name: string;
  readonly n: number;
  /** idle: the next event only when the chip is idle. greedy: as soon as the chip takes it. */
  readonly mode: "idle" | "greedy";
  readonly spi_writes: readonly (readonly [address: number, data: number])[];
  readonly aer_in: readonly number[];
  readonly aer_out: readonly number[];
  /** Index in aer_in of what caused each output; null for greedy vectors. */
  readonly aer_out_after_event: readonly number[] | null;
  readonly final_vmem: readonly number[];
}

/** Reads the membrane of a neuron from its word. */
type MembraneOf = (word: Uint8Array) => number;

const isIntegers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every(Number.isInteger);

function isVector(value: unknown): value is Vector {
  const vector = value as Partial<Vector> | null;
  return (
    typeof vector?.name === "string" &&
    (vector.mode === "idle" || vector.mode === "greedy") &&
    Array.isArray(vector.spi_writes) &&
    vector.spi_writes.every((write) => isIntegers(write) && write.length === 2) &&
    isIntegers(vector.aer_in) &&
    isIntegers(vector.aer_out) &&
    (vector.aer_out_after_event === null || isIntegers(vector.aer_out_after_event)) &&
    isIntegers(vector.final_vmem)
  );
}

/** Every vector of a file. Throws SPK-0405 when there is none, or one is malformed. */
const vectorsOf = (file: string, contents: Uint8Array | undefined): readonly Vector[] =>
  readVectors(file, contents, isVector, "lacks a field or holds something else than integers");

/** The outputs with the number of the event that caused each. */
function serveIdle(core: Core, events: readonly number[]): { out: number[]; causes: number[] } {
  const out: number[] = [];
  const causes: number[] = [];
  events.forEach((event, index) => {
    for (const neuron of core.serve(event)) {
      out.push(neuron);
      causes.push(index);
    }
  });
  return { out, causes };
}

function firstDifference(what: string, found: readonly number[], expected: readonly number[]): string | null {
  for (let at = 0; at < Math.max(found.length, expected.length); at++)
    if (found[at] !== expected[at])
      return `${what} ${at}: ${found[at] ?? "nothing"} instead of ${expected[at] ?? "nothing"}`;
  return null;
}

function runVector(model: ChipModel, membraneOf: MembraneOf, vector: Vector): VectorResult {
  const core = createCore(model);
  const slave = createSpiSlave(core);
  const frame = (address: number, data: number) => transfer(slave, Uint8Array.from(frameOf(address, data)));
  for (const [address, data] of vector.spi_writes) frame(address, data);
  const greedy = vector.mode === "greedy";
  const { out, causes } = greedy
    ? { out: core.serveGreedily(vector.aer_in), causes: [] }
    : serveIdle(core, vector.aer_in);
  frame(0, 1); // The memories are read behind a closed gate.
  const membranes = vector.final_vmem.map((_, neuron) =>
    membraneOf(
      Uint8Array.from(
        { length: model.neuronBytes },
        (_, byte) => frame(0x90000 | (byte << 8) | neuron, 0)[4],
      ),
    ),
  );
  const difference =
    firstDifference("AER output", out, vector.aer_out) ??
    firstDifference("cause of AER output", causes, vector.aer_out_after_event ?? []) ??
    firstDifference("membrane of neuron", membranes, vector.final_vmem);
  return { name: vector.name, exact: difference === null, difference };
}

export function familyProof(told: Omit<Proof, "run">, model: ChipModel, membraneOf: MembraneOf): Proof {
  const [file] = told.files;
  return {
    ...told,
    run: (files) => vectorsOf(file, files.get(file)).map((vector) => runVector(model, membraneOf, vector)),
  };
}
