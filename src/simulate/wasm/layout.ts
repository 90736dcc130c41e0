/**
 * The order of neurons in the engine. A map keeps the channels of a place side by side, so that one vector holds neighbours
 * of a convolution's output; the places of a pooling window follow one another, so that pooled spikes need no work.
 * Lanes come in groups of eight neurons; a place's last group may have idle ones.
 */
import type { Pair, Shape } from "../../network/network.ts";

export const neuronsPerGroup = 8;

export interface Geometry {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface Layout extends Geometry {
  /** Places in a window of the pool that consumers see their spikes through; [1, 1] without one. */
  readonly window: Pair;
  /** Groups of eight neurons at a place. */
  readonly groups: number;
}

export function flatGeometry(neurons: number): Geometry {
  return { channels: neurons, height: 1, width: 1 };
}

export function geometryOf(shape: Shape): Geometry {
  return shape.length === 3
    ? { channels: shape[0], height: shape[1], width: shape[2] }
    : flatGeometry(shape[0]);
}

export function placesOf({ height, width }: Geometry): number {
  return height * width;
}

export function neuronsOf(geometry: Geometry): number {
  return geometry.channels * placesOf(geometry);
}

export function createLayout(geometry: Geometry, window: Pair): Layout {
  return { ...geometry, window, groups: Math.ceil(geometry.channels / neuronsPerGroup) };
}

export function lanesOf(layout: Layout): number {
  return placesOf(layout) * layout.groups * neuronsPerGroup;
}

/** Rank of each place, at y * width + x, in the order of the layout. */
export function placeRanks({ height, width, window: [tall, wide] }: Layout): Uint32Array {
  const ranks = new Uint32Array(height * width);
  const windowsAcross = width / wide;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const before = Math.floor(y / tall) * windowsAcross + Math.floor(x / wide);
      ranks[y * width + x] = before * tall * wide + (y % tall) * wide + (x % wide);
    }
  return ranks;
}

/** Lane of each neuron: the index of its state. */
export function lanesOfNeurons(layout: Layout): Uint32Array {
  const ranks = placeRanks(layout);
  const lanesAtPlace = layout.groups * neuronsPerGroup;
  return Uint32Array.from(
    { length: neuronsOf(layout) },
    (_, neuron) => ranks[neuron % ranks.length] * lanesAtPlace + Math.floor(neuron / ranks.length),
  );
}

/** What consumers see: the map after the pool. */
export function seenGeometry({ channels, height, width, window: [tall, wide] }: Layout): Geometry {
  return { channels, height: height / tall, width: width / wide };
}

/** Blocks of neighbouring groups that are summed together. */
export interface Block {
  readonly firstGroup: number;
  readonly groups: number;
}

export function blocksOf(groups: number, most: number): Block[] {
  const blocks: Block[] = [];
  for (let firstGroup = 0; firstGroup < groups; firstGroup += most)
    blocks.push({ firstGroup, groups: Math.min(most, groups - firstGroup) });
  return blocks;
}
