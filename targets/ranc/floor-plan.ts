/** The grid of cores as a picture: which layer a core belongs to, and how many of its neurons are taken, copies included. */
import type { FloorPlan } from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import type { RancPlacement } from "./place.ts";

export function floorPlan({ grid }: RancPlacement): FloorPlan {
  const capacity = chip.limits.neuronsOfACore;
  const cores = grid.layers.flatMap(({ name, neurons, destinations, firstCore, cores: count }) =>
    Array.from({ length: count }, (_, own) => {
      const core = firstCore + own;
      const used = Math.min(capacity, neurons * destinations.length - own * capacity);
      const [x, y] = [core % grid.width, Math.floor(core / grid.width)];
      return { name: `core (${x}, ${y})`, x, y, capacity, parts: [{ layer: name, used }] };
    }),
  );
  return { unit: "neurons", cores };
}
