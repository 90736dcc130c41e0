/**
 * The network on the board, step by step. State is what the arena holds: a membrane a neuron, and for every input and
 * population the spikes (or values) of as many steps as the longest delay that leaves it needs.
 */
import { viewOf } from "../../../src/link/loader/bytes.ts";
import { holdFlag, spikeRowBytes, valuedFlag } from "../../../src/link/loader/protocol.ts";
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
   * entries that are cut off or stand for no input.
   */
  enter(flags: number, entries: Uint8Array): boolean;
  /** Runs the coming step; returns a row of spikes of each population, a bit a neuron in whole words. */
  run(): readonly Uint8Array[];
  /** Bytes of the arena from this offset on; of the rows there is nothing in it. */
  state(at: number, count: number): Uint8Array;
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
  const layers = [...inputs, ...populations];
  const histories = layers.map(({ rows, neurons }) => createHistory(rows, neurons));
  const arena = new ArrayBuffer(program.arena);
  const membranes = populations.map((one) => new Int32Array(arena, one.membranes, one.neurons));
  let now = 0;
  let opened = false;

  function rowAt(source: number, step: number): Int16Array {
    const history = histories[source];
    return history[step % history.length];
  }

  function runPopulation(index: number): Uint8Array {
    const population = populations[index];
    const bits = new Uint8Array(spikeRowBytes(population.neurons));
    const own = rowAt(inputs.length + index, now);
    own.fill(0);
    if (now < population.latency) return bits;
    const v = membranes[index];
    decayAndBias(population, v);
    for (const { source, delay, spread } of population.incoming)
      if (now >= delay) spreadRow(rowAt(source, now - delay), spread, v);
    fireAndReset(population, v, bits);
    for (let i = 0; i < own.length; i++) own[i] = (bits[i >> 3] >> (i & 7)) & 1;
    return bits;
  }

  /** Once a step. With one row the step before lies in the same place, and holding it is doing nothing. */
  function open(hold: boolean): void {
    if (opened) return;
    opened = true;
    inputs.forEach((_, input) => {
      if (!hold || now === 0) rowAt(input, now).fill(0);
      else rowAt(input, now).set(rowAt(input, now - 1));
    });
  }

  /** Addresses count through all inputs. An input of spikes takes every value for a spike. */
  function set(address: number, value: number): boolean {
    let [index, neuron] = [0, address];
    while (index < inputs.length && neuron >= inputs[index].neurons) neuron -= inputs[index++].neurons;
    if (index === inputs.length) return false;
    rowAt(index, now)[neuron] = inputs[index].valued ? value : 1;
    return true;
  }

  function enter(flags: number, entries: Uint8Array): boolean {
    const valued = (flags & valuedFlag) !== 0;
    const size = valued ? 4 : 2;
    if (entries.length % size !== 0) return false;
    open((flags & holdFlag) !== 0);
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
      const rows = populations.map((_, index) => runPopulation(index));
      now++;
      opened = false;
      return rows;
    },
    state: (at, count) => new Uint8Array(arena).slice(at, at + count),
  };
}
