/**
 * N-MNIST's .bin: 40 bits an event, big-endian: x, y, then one bit of polarity and 23 of microseconds.
 * Orchard et al., "Converting static image datasets to spiking neuromorphic datasets using saccades", 2015, data set readme.
 */
import { badEvents, type EventStream, streamOfColumns } from "./event-stream.ts";

const eventBytes = 5;

/** Throws SPK-0613 for a file that does not hold whole events. */
export function readNMnist(bytes: Uint8Array, file: string): EventStream {
  if (bytes.length % eventBytes !== 0)
    throw badEvents(`${bytes.length} bytes, and an event of N-MNIST has ${eventBytes}`, file);
  const count = bytes.length / eventBytes;
  const column = (read: (at: number) => number) =>
    Float64Array.from({ length: count }, (_, event) => read(event * eventBytes));
  const columns = {
    x: column((at) => bytes[at]),
    y: column((at) => bytes[at + 1]),
    p: column((at) => bytes[at + 2] >> 7),
    t: column((at) => ((bytes[at + 2] & 127) << 16) | (bytes[at + 3] << 8) | bytes[at + 4]),
  };
  return streamOfColumns(columns, file);
}
