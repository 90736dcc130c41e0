/**
 * EventStream: what an event camera or a recording of spikes holds, in order of time: when, where, and which way the light
 * changed. Plain data; readers make it and `binEvents` turns it into a network's input.
 */
import { SpikecError } from "../../errors/error.ts";

export interface EventStream {
  /** In the file's own unit, ascending: microseconds for cameras, steps or seconds for spike recordings. */
  readonly times: Float64Array;
  /** [0, width) and [0, height); null for streams of addresses. */
  readonly pixels: { readonly x: Int32Array; readonly y: Int32Array } | null;
  /** Neuron of each event, for streams without pixels. */
  readonly addresses: Int32Array | null;
  /** 1: brighter (on), 0: darker (off). All 1 where the file has none. */
  readonly polarities: Uint8Array;
}

/** Columns as a file names them. */
export interface EventColumns {
  readonly t: ArrayLike<number>;
  readonly x?: ArrayLike<number> | undefined;
  readonly y?: ArrayLike<number> | undefined;
  readonly p?: ArrayLike<number> | undefined;
  readonly addr?: ArrayLike<number> | undefined;
}

/** SPK-0613: a file of events that contradicts itself. */
export function badEvents(what: string, file: string): SpikecError {
  return new SpikecError("SPK-0613", what, { where: file });
}

function wholeNumbers(values: ArrayLike<number>, name: string, file: string): Int32Array {
  const whole = Int32Array.from(values);
  for (let i = 0; i < whole.length; i++)
    if (whole[i] !== values[i] || whole[i] < 0)
      throw badEvents(`${name} of event ${i} is ${values[i]}; it is a whole number from 0`, file);
  return whole;
}

/** Polarities come as 0 and 1, as -1 and 1, or as false and true. */
function polaritiesOf(values: ArrayLike<number> | undefined, count: number, file: string): Uint8Array {
  if (values === undefined) return new Uint8Array(count).fill(1);
  return Uint8Array.from({ length: count }, (_, i) => {
    if (values[i] !== 0 && values[i] !== 1 && values[i] !== -1)
      throw badEvents(`polarity of event ${i} is ${values[i]}; it is 0 or 1 (or -1 and 1)`, file);
    return values[i] === 1 ? 1 : 0;
  });
}

/** Order of the events by time; those of one moment stay as they are. null: they are in order. */
function orderByTime(times: ArrayLike<number>): Uint32Array | null {
  let ascending = true;
  for (let i = 1; i < times.length && ascending; i++) ascending = times[i] >= times[i - 1];
  if (ascending) return null;
  return Uint32Array.from({ length: times.length }, (_, i) => i).sort((a, b) => times[a] - times[b] || a - b);
}

/** A stream from the columns of a file. Throws SPK-0613 for missing columns, lengths that differ and values out of range. */
export function streamOfColumns(columns: EventColumns, file: string): EventStream {
  const { t, x, y, p, addr } = columns;
  if ((x === undefined) !== (y === undefined) || (x === undefined) === (addr === undefined))
    throw badEvents("events need t and addr, or t, x, y (and p)", file);
  for (const [name, values] of Object.entries(columns))
    if (values !== undefined && values.length !== t.length)
      throw badEvents(`${name} has ${values.length} values and t has ${t.length}`, file);
  for (let i = 0; i < t.length; i++)
    if (!Number.isFinite(t[i])) throw badEvents(`the time of event ${i} is ${t[i]}`, file);
  const order = orderByTime(t);
  const sorted = <Values extends ArrayLike<number>>(values: Values): ArrayLike<number> =>
    order === null ? values : Array.from(order, (at) => values[at]);
  return {
    times: Float64Array.from(sorted(t)),
    pixels:
      x === undefined || y === undefined
        ? null
        : { x: wholeNumbers(sorted(x), "x", file), y: wholeNumbers(sorted(y), "y", file) },
    addresses: addr === undefined ? null : wholeNumbers(sorted(addr), "addr", file),
    polarities: polaritiesOf(p === undefined ? undefined : sorted(p), t.length, file),
  };
}
