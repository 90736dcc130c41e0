/** sinabs' spike functions by the names that its golden files give them: "multi", "single", "max3". */
import type { SpikeFunction } from "../../../src/graph/spiking-neurons.ts";

export function spikesOf(name: string): SpikeFunction {
  if (name === "multi" || name === "single") return { kind: name };
  return { kind: "max", maximum: Number(name.replace("max", "")) };
}
