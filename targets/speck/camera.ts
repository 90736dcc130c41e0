/**
 * Settings of the DVS layer, from what a network's input is: a part of the sensor's map, pooled, cut out, mirrored, with one
 * polarity or two (sinabs 904eb89, dvs_layer.py). The region of interest is cut out after pooling, in pooled pixels.
 */
import type { Pair } from "../../src/network/network.ts";
import type { Extents } from "./core-layer.ts";

export interface Camera {
  /** [height, width] of the part of the sensor that is used. */
  readonly sensor: Pair;
  readonly pooling: Pair;
  /** [[first row, row behind the last], [first column, column behind the last]]; null: all. */
  readonly crop: readonly [Pair, Pair] | null;
  readonly mergePolarities: boolean;
  readonly flipX: boolean;
  readonly flipY: boolean;
  readonly swapXY: boolean;
  /** The pixels are on; else the layer only takes events from outside. */
  readonly pixels: boolean;
}

/** samna's attributes of the DVS layer. */
export interface CameraSettings {
  readonly merge: boolean;
  readonly mirror: { readonly x: boolean; readonly y: boolean };
  readonly mirror_diagonal: boolean;
  /** Last column and row that pass. */
  readonly cut: { readonly x: number; readonly y: number };
  readonly origin: { readonly x: number; readonly y: number };
  readonly pooling: { readonly x: number; readonly y: number };
  readonly pass_sensor_events: boolean;
}

export const unusedCamera: CameraSettings = {
  merge: false,
  mirror: { x: false, y: false },
  mirror_diagonal: false,
  cut: { x: 127, y: 127 },
  origin: { x: 0, y: 0 },
  pooling: { x: 1, y: 1 },
  pass_sensor_events: false,
};

/** What passes, in pooled pixels; incomplete rest rows and columns do not. */
export function regionOf({ sensor, pooling, crop }: Camera): readonly [Pair, Pair] {
  return (
    crop ?? [
      [0, Math.floor(sensor[0] / pooling[0])],
      [0, Math.floor(sensor[1] / pooling[1])],
    ]
  );
}

export function cameraSettings(camera: Camera): CameraSettings {
  const [[top, bottom], [left, right]] = regionOf(camera);
  return {
    merge: camera.mergePolarities,
    mirror: { x: camera.flipX, y: camera.flipY },
    mirror_diagonal: camera.swapXY,
    cut: { x: right - 1, y: bottom - 1 },
    origin: { x: left, y: top },
    pooling: { x: camera.pooling[1], y: camera.pooling[0] },
    pass_sensor_events: camera.pixels,
  };
}

/** [features, height, width] as the vendor's tool reports it: swapped axes are not swapped here. */
export function cameraOutput(camera: Camera): Extents {
  const [[top, bottom], [left, right]] = regionOf(camera);
  return [camera.mergePolarities ? 1 : 2, bottom - top, right - left];
}

/** The sensor's event that the layer maps to this pixel of the network's input. */
export function sensorEvent(camera: Camera, [feature, y, x]: Extents): Extents {
  const [[top, bottom], [left, right]] = regionOf(camera);
  const [mirroredY, mirroredX] = camera.swapXY ? [x, y] : [y, x];
  const pooledY = camera.flipY ? bottom - 1 - mirroredY : top + mirroredY;
  const pooledX = camera.flipX ? right - 1 - mirroredX : left + mirroredX;
  return [feature, pooledY * camera.pooling[0], pooledX * camera.pooling[1]];
}
