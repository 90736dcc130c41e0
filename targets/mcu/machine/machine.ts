/**
 * The network on the board, step by step. State is what the arena holds: a membrane a neuron, and for every input and
 * population the spikes (or values) of as many steps as the longest delay that leaves it needs.
 */
import { viewOf } from "../../../src/link/loader/bytes.ts";
import { holdFlag, valuedFlag } from "../../../src/link/loader/protocol.ts";
import { decayAndBias, fireAndReset } from "./neuron.ts";
import type { Program } from "./program.ts";
import type { Spread } from "./projection.ts";

export interface Machine {
  readonly program: Program;
  /** Back to vInit and silence. */
  reset(): void;
  /** The step that comes next. */
  step(): number;
  /**
   * Inputs of the coming step as the wire and the golden record bring them: addresses alone (one spike each), or address and
   * value. They add to what was entered before for this step; the first entry may hold the inputs of the step before. False for
   * entries that are cut off, stand for no input, or hold too late.
   */
  enter(flags: number, entries: Uint8Array): boolean;
  /** Runs the coming step; returns the neurons that fired, ascending, by population. */
  run(): readonly (readonly number[])[];
  membranes(population: number): Int32Array;
}

/** Rows of past steps: what a source sent at step t is in row t modulo rows, one value a neuron. */
type History = readonly Int16Array[];

function createHistory(rows: number, neurons: number): History {
  return Array.from({ length: rows }, () => new Int16Array(neurons));
}

function spreadRow(row: Int16Array, spread: Spread, membranes: Int32Array): void {
  for (let source = 0; source < row.length; source++)
    if (row[source] !== 0) spread(source, row[source], membranes);
}

export function createMachine(program: Program): Machine {
  const { inputs, populations } = program;
  const histories = [...inputs, ...populations].map((part) =>
    createHistory(part.rows, "neurons" in part ? part.neurons : part.count),
  );
  const membranes = populations.map(({ neurons }) => new Int32Array(neurons));
  let now = 0;
  let opened = false;

  function rowAt(source: number, step: number): Int16Array {
    const history = histories[source];
    return history[step % history.length];
  }

  function runPopulation(index: number): number[] {
    const population = populations[index];
    const own = rowAt(inputs.length + index, now);
    own.fill(0);
    if (now < population.latency) return [];
    const v = membranes[index];
    decayAndBias(population, v);
    for (const { source, delay, spread } of population.incoming)
      if (now >= delay) spreadRow(rowAt(source, now - delay), spread, v);
    const fired: number[] = [];
    fireAndReset(population, v, (neuron) => {
      own[neuron] = 1;
      fired.push(neuron);
    });
    return fired;
  }

  /** Once a step. With one row the step before lies in the same place, and holding it is doing nothing. */
  function open(hold: boolean): boolean {
    if (opened) return !hold;
    opened = true;
    inputs.forEach((_, input) => {
      if (!hold || now === 0) rowAt(input, now).fill(0);
      else rowAt(input, now).set(rowAt(input, now - 1));
    });
    return true;
  }

  function set(address: number, value: number): boolean {
    const index = inputs.findIndex(({ first, count }) => address >= first && address < first + count);
    if (index < 0 || (!inputs[index].valued && value !== 1)) return false;
    rowAt(index, now)[address - inputs[index].first] = value;
    return true;
  }

  function enter(flags: number, entries: Uint8Array): boolean {
    const valued = (flags & valuedFlag) !== 0;
    const size = valued ? 4 : 2;
    if (entries.length % size !== 0 || !open((flags & holdFlag) !== 0)) return false;
    const view = viewOf(entries);
    for (let at = 0; at < entries.length; at += size) {
      const value = valued ? view.getInt16(at + 2, true) : 1;
      if (!set(view.getUint16(at, true), value)) return false;
    }
    return true;
  }

  function reset(): void {
    now = 0;
    opened = false;
    for (const history of histories) for (const row of history) row.fill(0);
    populations.forEach(({ vInit }, index) => {
      const v = membranes[index];
      for (let i = 0; i < v.length; i++) v[i] = vInit.values[Math.floor(i / vInit.span)];
    });
  }

  reset();
  return {
    program,
    reset,
    step: () => now,
    enter,
    run() {
      open(false);
      const fired = populations.map((_, index) => runPopulation(index));
      now++;
      opened = false;
      return fired;
    },
    membranes: (population) => membranes[population],
  };
}
