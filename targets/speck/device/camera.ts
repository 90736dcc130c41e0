/**
 * The DVS layer: what happens to an event of the sensor before it reaches a core. Polarities merge, coordinates are divided
 * (pooling), what lies outside the region of interest is dropped, and the rest is mirrored (sinabs 904eb89, dvs_layer.py and
 * flipdims.py).
 */
import type { CameraConfiguration } from "./configuration.ts";

export interface PixelEvent {
  readonly feature: number;
  readonly row: number;
  readonly column: number;
}

/** null: the event is dropped. */
export function throughCamera(camera: CameraConfiguration, event: PixelEvent): PixelEvent | null {
  const { origin, cut, pooling, mirror } = camera;
  const pooledX = Math.floor(event.column / pooling.x);
  const pooledY = Math.floor(event.row / pooling.y);
  if (pooledX < origin.x || pooledX > cut.x || pooledY < origin.y || pooledY > cut.y) return null;
  const x = mirror.x ? cut.x - pooledX : pooledX - origin.x;
  const y = mirror.y ? cut.y - pooledY : pooledY - origin.y;
  const feature = camera.merge ? 0 : event.feature;
  return camera.mirrorDiagonal ? { feature, row: x, column: y } : { feature, row: y, column: x };
}
