/** What is read of the output layer: what was asked for, else the membrane where the chip shows it. */
import { SpikecError } from "../errors/error.ts";
import type { LoweringOptions, ReadoutKind } from "./options.ts";

/** What a target must show for each. */
const neededFor = { membrane: ["membrane"], count: ["count"], "count+v": ["count", "membrane"] } as const;

/** Throws SPK-0305 for what the target does not show. */
export function chooseReadout({
  readout,
  rules: { readouts },
}: Pick<LoweringOptions, "readout" | "rules">): ReadoutKind {
  const read = readout ?? (readouts.includes("membrane") ? "membrane" : "count");
  if (neededFor[read].every((needed) => readouts.includes(needed))) return read;
  const what = `readout ${read} was asked for, and the target has ${readouts.join(", ")}`;
  throw new SpikecError("SPK-0305", what);
}
