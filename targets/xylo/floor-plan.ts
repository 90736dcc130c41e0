/** The core as a picture: input channels, hidden neurons, outputs, and which layers take how many of them. */
import type { FloorPlan } from "../../src/target/target.ts";
import type { XyloChip } from "./chips.ts";
import type { XyloPlacement } from "./place.ts";

export function floorPlan({ limits }: XyloChip, { allocation }: XyloPlacement): FloorPlan {
  const { channels, hidden, outputs } = allocation;
  const parts = (all: readonly { readonly name: string; readonly size: number }[]) =>
    all.map(({ name, size }) => ({ layer: name, used: size }));
  const named = channels.map(({ source, size }) => ({ name: source, size }));
  return {
    unit: "neurons",
    cores: [
      { name: "input channels", x: 0, y: 0, capacity: limits.inputs, parts: parts(named) },
      { name: "hidden neurons", x: 1, y: 0, capacity: limits.hiddenNeurons, parts: parts(hidden) },
      { name: "outputs", x: 2, y: 0, capacity: limits.outputs, parts: parts(outputs) },
    ],
  };
}
