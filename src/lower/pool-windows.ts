/** The positions of a map that each window of a pool covers; padding covers nothing. */
import type { Shape } from "../graph/graph.ts";
import type { SumPool } from "../network/network.ts";
import { pooledShape } from "../network/shapes.ts";

/** shape: [channels, height, width] of the map. Returns one list of y * width + x a window, row-major. */
export function poolWindows(shape: Shape, pool: SumPool): Int32Array[] {
  const [, height, width] = shape;
  const [, outHeight, outWidth] = pooledShape(shape, pool);
  const windows: Int32Array[] = [];
  for (let oy = 0; oy < outHeight; oy++)
    for (let ox = 0; ox < outWidth; ox++) {
      const positions: number[] = [];
      for (let ky = 0; ky < pool.kernel[0]; ky++)
        for (let kx = 0; kx < pool.kernel[1]; kx++) {
          const y = oy * pool.stride[0] + ky - pool.padding[0];
          const x = ox * pool.stride[1] + kx - pool.padding[1];
          if (y >= 0 && y < height && x >= 0 && x < width) positions.push(y * width + x);
        }
      windows.push(Int32Array.from(positions));
    }
  return windows;
}
