/** The two chips with their types; one mechanism serves both. */
import type { Chip } from "../../src/target/target.ts";
import loihi2Data from "./chip.json" with { type: "json" };
import loihi1Data from "./loihi1.json" with { type: "json" };

export interface LoihiChip extends Chip {
  /** Whose arithmetic the emulated chip computes with. */
  readonly mode: "lava" | "nengo";
}

export const loihi2Chip: LoihiChip = { ...(loihi2Data as Chip), mode: "lava" };
export const loihi1Chip: LoihiChip = { ...(loihi1Data as Chip), mode: "nengo" };
