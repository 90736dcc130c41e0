/** The nine cores as a picture: how much of its kernel memory the layer of each core takes. */
import type { FloorPlan } from "../../src/target/target.ts";
import type { SpeckChip } from "./chip.ts";
import { memoryOf } from "./memory.ts";
import type { SpeckPlacement } from "./place.ts";

const coresInARow = 3;

export function floorPlan(chip: SpeckChip, { layers, cores }: SpeckPlacement): FloorPlan {
  return {
    unit: "words of kernel memory",
    cores: chip.cores.map(({ kernel }, core) => {
      const layer = layers[cores.indexOf(core)];
      const parts = layer === undefined ? [] : [{ layer: layer.name, used: memoryOf(layer).kernel }];
      const [x, y] = [core % coresInARow, Math.floor(core / coresInARow)];
      return { name: `core ${core}`, x, y, capacity: kernel, parts };
    }),
  };
}
