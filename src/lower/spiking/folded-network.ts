/**
 * FoldedSpiking: the spiking graph as populations will see it, still in floats. Every node with a state has its form of the
 * neuron law and is driven by weighted sources; everything between two of them has gone into the weights and their delays.
 */
import type { Shape } from "../../graph/graph.ts";
import type { Drive } from "../linear-form.ts";
import type { NeuronForm } from "./neuron-form.ts";

/** What the source of constants is called in drives: it fires at every step. */
export const constantSource = "\u0000constant";

/** A constant input that cannot be a bias of the membrane: it enters a trace, or begins later than the population. */
export interface LateConstant {
  /** The first step in which it acts. */
  readonly from: number;
  /** One value a neuron. */
  readonly values: Float64Array;
}

export interface FoldedPopulation {
  /** The node's own name. */
  readonly name: string;
  readonly shape: Shape;
  readonly form: NeuronForm;
  /** From the input and from populations, with their delays in steps. */
  readonly drives: readonly Drive[];
  /** Added to the membrane in every step, in the units of the form's membrane; one value a neuron. */
  readonly bias: Float64Array;
  /** In the units of the drives. */
  readonly late: readonly LateConstant[];
}

export interface FoldedReadout {
  readonly population: string;
  /** What the output gives of one spike, or of one unit of the membrane. */
  readonly scale: number;
}

export interface FoldedSpiking {
  readonly input: { readonly name: string; readonly shape: Shape };
  /** In an order in which every drive without delay points forward. */
  readonly populations: readonly FoldedPopulation[];
  readonly readout: FoldedReadout;
}

/** Shapes of a Network are [neurons] or [channels, height, width]; a map of one row for Conv1d. */
export function networkShape(shape: Shape): Shape {
  if (shape.length === 1 || shape.length === 3) return shape;
  if (shape.length === 2) return [shape[0], 1, shape[1]];
  return [shape.reduce((product, extent) => product * extent, 1)];
}
