/**
 * Which windows of a pool or a convolution cover a place of the map: the question that a spike asks, since it comes from one
 * place and goes to every window around it.
 */
import type { Padding2d, Pair, Shape } from "../network/network.ts";

export interface SlidingWindow {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding2d;
  /** Default: [1, 1]. */
  readonly dilation?: Pair;
}

/** For each place y * width + x of the source map, its windows: those at offsets[place] .. offsets[place + 1]. */
export interface Coverage {
  readonly offsets: Int32Array;
  /** Place of the window in the target map. */
  readonly windows: Int32Array;
  /** Where in the window the place lies: ky * kernel width + kx. */
  readonly taps: Int32Array;
}

/** Windows along one axis that cover `at`, as [window, offset in the kernel] pairs. */
function coveringAlong(window: SlidingWindow, axis: 0 | 1, at: number, windows: number): Pair[] {
  const stride = window.stride[axis];
  const dilation = window.dilation?.[axis] ?? 1;
  const pairs: Pair[] = [];
  for (let offset = 0; offset < window.kernel[axis]; offset++) {
    // window * stride = at + padding - offset * dilation
    const start = at + window.padding[axis] - offset * dilation;
    if (start >= 0 && start % stride === 0 && start / stride < windows) pairs.push([start / stride, offset]);
  }
  return pairs;
}

/** source, target: [channels, height, width] before and after the window. */
export function coverageOf(window: SlidingWindow, source: Shape, target: Shape): Coverage {
  const [, height, width] = source;
  const [, outHeight, outWidth] = target;
  const rows = Array.from({ length: height }, (_, y) => coveringAlong(window, 0, y, outHeight));
  const columns = Array.from({ length: width }, (_, x) => coveringAlong(window, 1, x, outWidth));
  const offsets = [0];
  const windows: number[] = [];
  const taps: number[] = [];
  for (const row of rows)
    for (const column of columns) {
      for (const [y, ky] of row)
        for (const [x, kx] of column) {
          windows.push(y * outWidth + x);
          taps.push(ky * window.kernel[1] + kx);
        }
      offsets.push(windows.length);
    }
  return {
    offsets: Int32Array.from(offsets),
    windows: Int32Array.from(windows),
    taps: Int32Array.from(taps),
  };
}
