/** The chips of the family as data: a file each under chips/, and the numeric rules that all of them share. */
import type { NumericRules } from "../../src/target/rules.ts";
import type { Chip, Label } from "../../src/target/target.ts";
import dynapcnndevkit from "./chips/dynapcnndevkit.json" with { type: "json" };
import speck2e from "./chips/speck2e.json" with { type: "json" };
import speck2f from "./chips/speck2f.json" with { type: "json" };
import type { MemoryWords } from "./memory.ts";
import rules from "./rules.json" with { type: "json" };

interface ChipData extends Omit<Chip, "label" | "limits" | "rules" | "wire"> {
  readonly label: string;
  /** What sinabs and samna call the device. */
  readonly device: string;
  /** Weights, biases and neurons can be switched off one by one. */
  readonly killBits: boolean;
  /** There is a readout core, destination layer `readoutLayer`, and decimators in front of it. */
  readonly readout: boolean;
  readonly limits: Readonly<Record<SpeckLimit, number>> & { readoutClasses?: number; readoutLayer?: number };
  readonly strides: readonly number[];
  readonly pooling: readonly number[];
  /** Memory of each core. */
  readonly cores: readonly MemoryWords[];
}

type SpeckLimit =
  | "cores"
  | "inputExtent"
  | "outputExtent"
  | "features"
  | "kernel"
  | "padding"
  | "fanOut"
  | "neuronAddressBits"
  | "sensorExtent";

export interface SpeckChip
  extends Chip,
    Pick<ChipData, "device" | "killBits" | "strides" | "pooling" | "cores"> {
  readonly limits: Readonly<Record<SpeckLimit, number>>;
  /** The readout core, where there is one. */
  readonly readout: { readonly layer: number; readonly classes: number } | null;
}

function chipOf(data: ChipData): SpeckChip {
  const { readoutClasses, readoutLayer } = data.limits;
  const readout =
    readoutClasses === undefined || readoutLayer === undefined
      ? null
      : { layer: readoutLayer, classes: readoutClasses };
  return {
    ...data,
    label: data.label as Label,
    rules: rules as unknown as NumericRules,
    wire: null,
    readout,
  };
}

export const chips: readonly SpeckChip[] = [speck2f, speck2e, dynapcnndevkit].map(chipOf);
