/**
 * What a .nir file may hold, as one table: the node types of NIR, the fields of each, and where a field goes in the node of
 * a SpikingGraph. The reader and the writer both walk along it (neuromorphs/NIR 7232ada, nir/ir/*.py).
 */
import type { SpikingNode } from "../../graph/spiking.ts";

export type FieldKind =
  /** One value, or one a neuron; absent: `fallback`, where that is a number. */
  | {
      readonly kind: "parameter";
      readonly range: "any" | "positive" | "notNegative";
      readonly fallback: number | null;
    }
  /** Numbers with so many axes. */
  | { readonly kind: "weight"; readonly axes: number }
  /** Numbers along one axis. */
  | { readonly kind: "bias" }
  /** `count` whole numbers of `least` or more: a number, or a pair. One value stands for both of a pair. */
  | { readonly kind: "integers"; readonly count: 1 | 2; readonly least: number }
  /** The same, or "same", or "valid". */
  | { readonly kind: "padding"; readonly count: 1 | 2 }
  /** The extents of what a convolution is given, without channels; may be absent, and is inferred then. */
  | { readonly kind: "inputShape"; readonly count: 1 | 2 }
  /** The shape of the node. */
  | { readonly kind: "shape" }
  /** The shape of what a Flatten is given; may be absent, and is inferred. */
  | { readonly kind: "inputType" };

export interface FieldFormat {
  /** In the file. */
  readonly name: string;
  /** In the node; empty for shapes, which every node has. */
  readonly key: string;
  readonly format: FieldKind;
}

export type NirType = Extract<
  SpikingNode["type"],
  | "Input"
  | "Output"
  | "Linear"
  | "Affine"
  | "Scale"
  | "Conv1d"
  | "Conv2d"
  | "SumPool2d"
  | "AvgPool2d"
  | "Flatten"
  | "Delay"
  | "Threshold"
  | "I"
  | "LI"
  | "IF"
  | "LIF"
  | "CubaLI"
  | "CubaLIF"
>;

/** "tau_mem" is tauMem in the node. */
const keyOf = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

const field = (name: string, format: FieldKind, key = keyOf(name)): FieldFormat => ({ name, key, format });

const parameter = (
  name: string,
  range: "any" | "positive" | "notNegative" = "any",
  fallback: number | null = null,
): FieldFormat => field(name, { kind: "parameter", range, fallback });

const weight = (axes: number): FieldFormat => field("weight", { kind: "weight", axes });
const bias = field("bias", { kind: "bias" });
const shape = field("shape", { kind: "shape" }, "");

const integers = (name: string, count: 1 | 2, least: number, key = keyOf(name)): FieldFormat =>
  field(name, { kind: "integers", count, least }, key);

const convolution = (count: 1 | 2): FieldFormat[] => [
  field("input_shape", { kind: "inputShape", count }),
  weight(count + 2),
  integers("stride", count, 1),
  field("padding", { kind: "padding", count }),
  integers("dilation", count, 1),
  integers("groups", 1, 1),
  bias,
];

const pool = [integers("kernel_size", 2, 1, "kernel"), integers("stride", 2, 1), integers("padding", 2, 0)];

const flatten = [
  integers("start_dim", 1, Number.NEGATIVE_INFINITY),
  integers("end_dim", 1, Number.NEGATIVE_INFINITY),
  field("input_type", { kind: "inputType" }, ""),
];

const r = parameter("r");
const leaky = [parameter("tau", "positive"), r, parameter("v_leak")];
const cuba = [
  parameter("tau_syn", "positive"),
  parameter("tau_mem", "positive"),
  r,
  parameter("v_leak"),
  parameter("w_in", "any", 1),
];
const firing = [parameter("v_threshold", "notNegative"), parameter("v_reset", "any", 0)];

/** NIRGraph is not in it: that one holds nodes, not fields. */
export const nirFormat: Readonly<Record<NirType, readonly FieldFormat[]>> = {
  Input: [shape],
  Output: [shape],
  Linear: [weight(2)],
  Affine: [weight(2), bias],
  Scale: [parameter("scale")],
  Conv1d: convolution(1),
  Conv2d: convolution(2),
  SumPool2d: pool,
  AvgPool2d: pool,
  Flatten: flatten,
  Delay: [parameter("delay", "notNegative")],
  Threshold: [parameter("threshold")],
  I: [r],
  LI: leaky,
  IF: [r, ...firing],
  LIF: [...leaky, ...firing],
  CubaLI: cuba,
  CubaLIF: [...cuba, ...firing],
};

const neurons: ReadonlySet<string> = new Set<NirType>(["I", "LI", "IF", "LIF", "CubaLI", "CubaLIF"]);

/** Neurons have a membrane, which may start somewhere, and choices of their own about time. */
export function isNirNeuron(type: string): boolean {
  return neurons.has(type);
}

/** Nodes with weights: matrices and kernels. */
export function isWeighted(type: string): boolean {
  return isNirType(type) && nirFormat[type].some(({ format }) => format.kind === "weight");
}

export function isNirType(type: string): type is NirType {
  return Object.hasOwn(nirFormat, type);
}

/** The metadata group in which spikec keeps what NIR has no field for. */
export const hintsName = "spikec";
