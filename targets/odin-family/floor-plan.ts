/** The one core of a chip of this family as a picture: which layers take how many of its neurons, copies included. */
import type { FloorPlan } from "../../src/target/target.ts";
import { neuronCount } from "./chip.ts";
import type { FamilyPlacement } from "./place.ts";

export function floorPlan({ groups }: FamilyPlacement): FloorPlan {
  const parts = groups.map(({ name, neurons, copies }) => ({ layer: name, used: neurons * copies }));
  return { unit: "neurons", cores: [{ name: "core", x: 0, y: 0, capacity: neuronCount, parts }] };
}
