/** The chip's one core as a picture: which inputs and populations take how many of its neurons. */
import type { FloorPlan } from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import type { UcaspianPlacement } from "./place.ts";

export function floorPlan({ groups }: UcaspianPlacement): FloorPlan {
  const parts = groups.map(({ name, count }) => ({ layer: name, used: count }));
  return { unit: "neurons", cores: [{ name: "core", x: 0, y: 0, capacity: chip.limits.neurons, parts }] };
}
