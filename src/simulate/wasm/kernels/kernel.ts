/** What the parts of a kernel share while it is written: the layer, locals, and constants set once at the start. */
import { type Bytes, type Local, set } from "../instructions.ts";
import type { Scope } from "../module.ts";
import type { LayerPlan } from "../plan.ts";
import type { Lanes } from "../vectors.ts";

export interface Kernel {
  readonly scope: Scope;
  readonly layer: LayerPlan;
  /** Address of the lanes of each mask of eight neurons. */
  readonly firing: number;
  /** The step under way. */
  readonly step: Local;
  /** Membrane of the first neuron of the block under way. */
  readonly membrane: Local;
  /** Where the next spike is written. */
  readonly out: Local;
  /** Entry of the first neuron of the block (flat layers) or of the place (maps) under way. */
  readonly entry: Local;
  /** The same number in all lanes. */
  constant(lanes: Lanes, value: number): Local;
  /** Statements that set the constants. */
  prologue(): Bytes;
}

export function createKernel(layer: LayerPlan, firing: number, scope: Scope): Kernel {
  const constants = new Map<string, Local>();
  const statements: Bytes[] = [];
  return {
    scope,
    layer,
    firing,
    step: scope.integer(),
    membrane: scope.integer(),
    out: scope.integer(),
    entry: scope.integer(),
    constant(lanes, value) {
      const key = `${lanes.bytes} ${value}`;
      const known = constants.get(key);
      if (known !== undefined) return known;
      const local = scope.vector();
      constants.set(key, local);
      statements.push(set(local, lanes.splat(value)));
      return local;
    },
    prologue: () => statements,
  };
}
