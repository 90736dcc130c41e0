/**
 * Weights of a core: an axon has one of four types, and a neuron one weight a type. A neuron can have any weight per source
 * all the same, when a source reaches it over several axons, one a type: the connected ones add up. The planes of a layer are
 * the axons that each of its sources takes, and the table of a neuron what they weigh:
 *
 *   signed    g, 2 g, ... , -2^(p-1) g     the bits of two's complement
 *   plain     g, 2 g, ... , 2^(p-1) g      where all weights of the neuron have one sign, that of g
 *
 * g divides all weights of the neuron; it may be negative.
 */
import { chip } from "./chip.ts";

const { axonTypes } = chip.limits;

export interface Table {
  /** One a plane. */
  readonly weights: readonly number[];
  /** Which planes a synapse of this weight connects, as bits. */
  planesOf(weight: number): number;
}

function divisorOf(weights: readonly number[]): number {
  const divide = (a: number, b: number): number => (b === 0 ? a : divide(b, a % b));
  return weights.reduce((divisor, weight) => divide(divisor, Math.abs(weight)), 0);
}

function table(unit: number, planes: number, signed: boolean): Table {
  const weights = Array.from({ length: planes }, (_, plane) => {
    const place = unit * 2 ** plane;
    return signed && plane === planes - 1 ? -place : place;
  });
  return { weights, planesOf: (weight) => (weight / unit) & (2 ** planes - 1) };
}

/** The table of a neuron in so many planes, or null where they are too few. weights: of its synapses, none 0. */
export function tableOf(weights: readonly number[], planes: number): Table | null {
  const divisor = divisorOf(weights);
  if (divisor === 0) return table(0, planes, false);
  const high = weights.reduce((most, weight) => Math.max(most, weight), 0) / divisor;
  const low = weights.reduce((least, weight) => Math.min(least, weight), 0) / divisor;
  const plain = 2 ** planes - 1;
  const half = 2 ** (planes - 1);
  if (low === 0 && high <= plain) return table(divisor, planes, false);
  if (high === 0 && -low <= plain) return table(-divisor, planes, false);
  if (high < half && -low <= half) return table(divisor, planes, true);
  if (-low < half && high <= half) return table(-divisor, planes, true);
  return null;
}

/** The fewest planes in which every neuron of a layer has a table; null: more than there are axon types. */
export function planesFor(rows: readonly (readonly number[])[]): number | null {
  for (let planes = 1; planes <= axonTypes; planes++)
    if (rows.every((row) => tableOf(row, planes) !== null)) return planes;
  return null;
}
