/**
 * Events to a network's input: time is cut into bins of one step each, the picture into a crop of pooled pixels, and each
 * place counts what falls into it.
 */
import { badEvents, type EventStream } from "./event-stream.ts";

export interface BinOptions {
  /** Width of a step in the stream's unit of time. */
  readonly binWidth: number;
  /** Steps; later events are left out. null: as many as the last event needs. */
  readonly steps: number | null;
  /** [channels, height, width] or [neurons]. Two channels: off, on. One: both together. */
  readonly shape: readonly number[];
  /** First pixel of the crop [y, x]. Default: [0, 0]. Events outside are left out, and counted. */
  readonly corner?: readonly [number, number];
  /** Pixels [vertical, horizontal] that share a place. Default: [1, 1]. */
  readonly pool?: readonly [number, number];
  /** Counts above 1 become 1. Default: false. */
  readonly binary?: boolean;
}

export interface BinnedEvents {
  readonly steps: number;
  /** [steps, ...shape]: counts. */
  readonly data: Uint16Array;
  readonly used: number;
  /** Events before time 0, after the last step, or outside the crop. */
  readonly leftOut: number;
}

/** A file of more steps than this was binned in the wrong unit of time. */
const mostValues = 2 ** 28;
const mostCount = 65_535;

/** Place of each event in one step, or -1 outside. */
function placesOf(stream: EventStream, options: BinOptions, file: string): (event: number) => number {
  const { shape, corner = [0, 0], pool = [1, 1] } = options;
  const { addresses, pixels, polarities } = stream;
  if (addresses !== null) {
    const size = shape.reduce((product, extent) => product * extent, 1);
    return (event) => (addresses[event] < size ? addresses[event] : -1);
  }
  if (pixels === null || shape.length !== 3)
    throw badEvents(`events of pixels need an input [channels, height, width], and it is [${shape}]`, file);
  const [channels, height, width] = shape;
  if (channels > 2)
    throw badEvents(`events have two polarities, and the input has ${channels} channels`, file);
  return (event) => {
    const y = Math.floor((pixels.y[event] - corner[0]) / pool[0]);
    const x = Math.floor((pixels.x[event] - corner[1]) / pool[1]);
    if (y < 0 || y >= height || x < 0 || x >= width) return -1;
    return ((channels === 2 ? polarities[event] : 0) * height + y) * width + x;
  };
}

/** Throws SPK-0613 where stream and input do not fit, or where the bins would be too many to hold. */
export function binEvents(stream: EventStream, options: BinOptions, file = "events"): BinnedEvents {
  const { times } = stream;
  const { binWidth, shape, binary = false } = options;
  if (!(binWidth > 0)) throw badEvents(`a bin width of ${binWidth}; it is above 0`, file);
  const size = shape.reduce((product, extent) => product * extent, 1);
  const last = times.length === 0 ? 0 : Math.floor(times[times.length - 1] / binWidth) + 1;
  const steps = options.steps ?? Math.max(1, last);
  if (steps * size > mostValues)
    throw badEvents(`${steps} steps of ${size} places: is ${binWidth} the right bin width?`, file);
  const placeOf = placesOf(stream, options, file);
  const data = new Uint16Array(steps * size);
  let used = 0;
  for (let event = 0; event < times.length; event++) {
    const step = Math.floor(times[event] / binWidth);
    const place = step < 0 || step >= steps ? -1 : placeOf(event);
    if (place < 0) continue;
    used++;
    const at = step * size + place;
    if (data[at] < (binary ? 1 : mostCount)) data[at]++;
  }
  return { steps, data, used, leftOut: times.length - used };
}
