/**
 * The proof of the emulated grid: configurations and networks exactly as ranc_sim was given them; the rows of its output bus
 * must come out. Final potentials are from the recorder's own reference, the simulator does not print them.
 */

import type { Proof, VectorResult } from "../../src/target/target.ts";
import { readVectors } from "../../src/target/vectors.ts";
import { createGrid, type Grid } from "./grid.ts";
import { readRancJson } from "./read-json.ts";

interface Vector {
  readonly name: string;
  readonly config: unknown;
  readonly network: unknown;
  readonly ticks: number;
  /** Row t: the bus after tick t; row 0 is before the first. */
  readonly output_bus_rows: readonly (readonly number[])[];
  readonly final_potentials_ref: readonly (readonly number[])[];
}

const mostTicks = 1_000_000;

function isVector(value: unknown): value is Vector {
  const vector = value as Partial<Vector> | null;
  const areRows = (rows: unknown) => Array.isArray(rows) && rows.every(Array.isArray);
  return (
    typeof vector?.name === "string" &&
    Number.isInteger(vector.ticks) &&
    vector.ticks! >= 0 &&
    vector.ticks! <= mostTicks &&
    areRows(vector.output_bus_rows) &&
    areRows(vector.final_potentials_ref)
  );
}

/** Every vector of a file. Throws SPK-0405 when there is none, or one is malformed. */
const vectorsOf = (file: string, contents: Uint8Array | undefined): readonly Vector[] =>
  readVectors(file, contents, isVector, "lacks a field");

function potentialDifference(grid: Grid, expected: Vector["final_potentials_ref"]): string | null {
  for (let core = 0; core < expected.length; core++) {
    const found = grid.potentials(core);
    for (let neuron = 0; neuron < found.length; neuron++)
      if (found[neuron] !== expected[core][neuron])
        return `core ${core}, neuron ${neuron}: potential ${found[neuron]} instead of ${expected[core][neuron]}`;
  }
  return null;
}

function runVector({ name, config, network, ticks, ...expected }: Vector): VectorResult {
  const { configuration, packets } = readRancJson(config, network);
  const grid = createGrid(configuration);
  let difference: string | null = null;
  let outputs: readonly number[] = [];
  for (let tick = 0; tick < ticks; tick++) {
    // Before tick t + 1 the bus shows what tick t gave; tick 0 gave nothing.
    const row = expected.output_bus_rows[tick] ?? [];
    for (let output = 0; output < configuration.bus.outputs; output++) {
      const found = outputs.includes(output) ? 1 : 0;
      if (found !== row[output])
        difference ??= `tick ${tick}, output ${output}: ${found} instead of ${row[output]}`;
    }
    for (const packet of packets[tick] ?? []) grid.receive(packet);
    outputs = grid.tick();
  }
  difference ??= potentialDifference(grid, expected.final_potentials_ref);
  return { name, exact: difference === null, difference };
}

const vectorFile = "rtl/ranc_vectors.json";

export const vectorProof: Proof = {
  suite: "rtl/ranc",
  files: [vectorFile],
  whose: "UA-RCL/RANC commit 08ae4bd, its C++ simulator; random networks and packets",
  vectors: 12,
  run: (files) => vectorsOf(vectorFile, files.get(vectorFile)).map(runVector),
};
