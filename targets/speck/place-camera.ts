/** The DVS layer in front of the cores: asked for as a camera, or needed for a pool of the input or a second entry. */
import type { Network } from "../../src/network/network.ts";
import type { FitReason } from "../../src/target/target.ts";
import { type Camera, type CameraSettings, cameraOutput, cameraSettings, regionOf } from "./camera.ts";
import type { SpeckChip } from "./chip.ts";
import { extentsOf } from "./kernel.ts";
import type { CameraOptions } from "./options.ts";
import type { Entry } from "./partition.ts";

export interface PlacedCamera {
  readonly camera: Camera;
  readonly settings: CameraSettings;
  /** A pixel of the network's input is not the sensor's own, but what the DVS layer makes of one. */
  readonly maps: boolean;
}

/** null: input goes to the one core that takes it. A network of one channel merges polarities. */
export function placeCamera(
  network: Network,
  entry: Entry,
  options: CameraOptions | null,
): PlacedCamera | null {
  const [features, height, width] = extentsOf(network.inputs[0].shape);
  const mergePolarities = features === 1;
  if (options !== null) {
    const camera = { ...options, mergePolarities };
    return { camera, settings: cameraSettings(camera), maps: true };
  }
  if (entry.pooling === 1 && entry.layers.length <= 1) return null;
  const camera: Camera = {
    sensor: [height, width],
    pooling: [entry.pooling, entry.pooling],
    crop: null,
    mergePolarities,
    flipX: false,
    flipY: false,
    swapXY: false,
    pixels: false,
  };
  return { camera, settings: cameraSettings(camera), maps: false };
}

type Add = (resource: string, need: number, limit: number, help: string) => void;

/** What the DVS layer itself cannot do. */
function layerReasons(chip: SpeckChip, features: number, entry: Entry, camera: Camera, add: Add): void {
  const { fanOut, sensorExtent } = chip.limits;
  const why = "the input passes the DVS layer for its pool, its two entries or the camera";
  if (features > 2) add("channels of the DVS layer", features, 2, `${why}: use one channel or two`);
  const extent = Math.max(...camera.sensor);
  if (extent > sensorExtent)
    add("rows or columns of the sensor", extent, sensorExtent, "use a part of the sensor");
  const [most] = chip.pooling.slice(-1);
  for (const side of new Set(camera.pooling))
    if (!chip.pooling.includes(side))
      add(`pooling of the DVS layer (${chip.pooling.join(", ")})`, side, most, "pool by one of these");
  if (entry.layers.length > fanOut)
    add("layers that the input feeds", entry.layers.length, fanOut, "feed the others from a layer");
}

/** Where the camera does not give what the network takes. */
function sizeReasons(shape: readonly number[], entry: Entry, camera: Camera, add: Add): void {
  if (entry.pooling !== 1) {
    const help = "give the pool as camera-pool, and take it from the network";
    add("pool in the network behind the camera", entry.pooling, 1, help);
  }
  const [, height, width] = shape;
  const [, rows, columns] = cameraOutput(camera);
  const [givenHeight, givenWidth] = camera.swapXY ? [columns, rows] : [rows, columns];
  const help = `the camera gives ${givenHeight} x ${givenWidth}, the network takes ${height} x ${width}: change camera-sensor, camera-pool or camera-crop`;
  if (givenHeight !== height) add("rows that the camera gives", givenHeight, height, help);
  if (givenWidth !== width) add("columns that the camera gives", givenWidth, width, help);
  regionOf(camera).forEach(([, end], axis) => {
    const pooled = Math.floor(camera.sensor[axis] / camera.pooling[axis]);
    if (end > pooled) add("end of camera-crop, in pooled pixels", end, pooled, "cut out less");
  });
}

export function cameraReasons(
  chip: SpeckChip,
  network: Network,
  entry: Entry,
  { camera, maps }: PlacedCamera,
): FitReason[] {
  const [input] = network.inputs;
  const shape = extentsOf(input.shape);
  const reasons: FitReason[] = [];
  const add: Add = (resource, need, limit, help) =>
    reasons.push({ layer: input.name, resource, need, limit, help });
  layerReasons(chip, shape[0], entry, camera, add);
  if (maps) sizeReasons(shape, entry, camera, add);
  return reasons;
}
