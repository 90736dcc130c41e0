/** Lava holds images as [width, height, channel], the core as [channel, height, width]. */

/** Of an image of this [width, height, channel]. */
export function channelFirst(
  row: ArrayLike<number>,
  [width, height, channels]: readonly number[],
): Float64Array {
  return Float64Array.from({ length: row.length }, (_, i) => {
    const channel = Math.floor(i / (height * width));
    const y = Math.floor(i / width) % height;
    return row[((i % width) * height + y) * channels + channel];
  });
}

export function channelLast(
  row: ArrayLike<number>,
  [width, height, channels]: readonly number[],
): Float64Array {
  return Float64Array.from({ length: row.length }, (_, i) => {
    const x = Math.floor(i / (height * channels));
    const y = Math.floor(i / channels) % height;
    return row[((i % channels) * height + y) * width + x];
  });
}
