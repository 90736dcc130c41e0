/**
 * One way into every file of events: .npz and .npy (columns, or a structured array), CSV with a line of names, and N-MNIST's
 * .bin. AEDAT is not read: no reader for it is kept up in this ecosystem; `dv-processing` and `tonic` save their events
 * as arrays.
 */
import { SpikecError } from "../../errors/error.ts";
import { isZip, unpackZip } from "../compressed.ts";
import { readCsv } from "../csv.ts";
import { isNpy, readNpy } from "../npy.ts";
import type { NumberArray } from "../number-array.ts";
import { badEvents, type EventColumns, type EventStream, streamOfColumns } from "./event-stream.ts";
import { readNMnist } from "./n-mnist.ts";
import { readStructuredNpy } from "./structured-npy.ts";

/** Names that files give the columns, ours first. */
const names = {
  t: ["t", "time", "times", "timestamp", "ts"],
  x: ["x"],
  y: ["y"],
  p: ["p", "polarity", "pol"],
  addr: ["addr", "address", "units", "i", "neuron"],
} as const;

type Column = keyof typeof names;

function columnsBy(find: (name: string) => ArrayLike<number> | undefined, file: string): EventColumns {
  const column = (which: Column) => names[which].map(find).find((values) => values !== undefined);
  const t = column("t");
  if (t === undefined) throw badEvents(`no column of times (${names.t.join(", ")})`, file);
  return { t, x: column("x"), y: column("y"), p: column("p"), addr: column("addr") };
}

/** [events, 2]: t, addr. [events, 3]: t, x, y. [events, 4]: t, x, y, p. */
function columnsOfTable({ shape, data }: NumberArray, file: string): EventColumns {
  const [count, width] = shape;
  const orders: Readonly<Record<number, readonly Column[]>> = {
    2: ["t", "addr"],
    3: ["t", "x", "y"],
    4: ["t", "x", "y", "p"],
  };
  if (shape.length !== 2 || !(width in orders))
    throw badEvents(`an array [${shape}]; events are [N, 2] (t, addr) or [N, 4] (t, x, y, p)`, file);
  const order = orders[width];
  return columnsBy((name) => {
    const at = order.indexOf(name as Column);
    return at < 0 ? undefined : Float64Array.from({ length: count }, (_, row) => data[row * width + at]);
  }, file);
}

function readNpyEvents(bytes: Uint8Array, file: string): EventStream {
  const fields = readStructuredNpy(bytes, file);
  if (fields !== null)
    return streamOfColumns(
      columnsBy((name) => fields.get(name), file),
      file,
    );
  return streamOfColumns(columnsOfTable(readNpy(bytes, file), file), file);
}

function readNpzEvents(bytes: Uint8Array, file: string): EventStream {
  const members = [...unpackZip(bytes, file)].filter(([path]) => path.endsWith(".npy"));
  if (members.length === 1) return readNpyEvents(members[0][1], file);
  const arrays = new Map(members.map(([path, contents]) => [path.slice(0, -".npy".length), contents]));
  const find = (name: string) => {
    const contents = arrays.get(name);
    return contents === undefined ? undefined : readNpy(contents, `${file}:${name}`).data;
  };
  return streamOfColumns(columnsBy(find, file), file);
}

/** A first line of names says which column is which; without one the order is that of the tables above. */
function readCsvEvents(bytes: Uint8Array, file: string): EventStream {
  const table = readCsv(bytes, file);
  const end = bytes.indexOf(10);
  const first = new TextDecoder().decode(bytes.subarray(0, end < 0 ? undefined : end)).trim();
  const heads = first.split(/[,;\t ]+/).map((head) => head.toLowerCase());
  if (heads.some((head) => Number.isFinite(Number(head))))
    return streamOfColumns(columnsOfTable(table, file), file);
  const [count, width] = table.shape;
  const find = (name: string) => {
    const at = heads.indexOf(name);
    return at < 0
      ? undefined
      : Float64Array.from({ length: count }, (_, row) => table.data[row * width + at]);
  };
  return streamOfColumns(columnsBy(find, file), file);
}

/** True where the name says that the file holds nothing but events. */
export function isEventFile(file: string): boolean {
  return /\.(bin|aedat4?)$/i.test(file);
}

/** Throws SPK-0613 with the file for what is no stream of events; SPK-06xx for damaged files. */
export function readEvents(bytes: Uint8Array, file: string): EventStream {
  if (bytes.length === 0) throw new SpikecError("SPK-0604", "the file is empty", { where: file });
  if (/\.aedat4?$/i.test(file) || /^#!AER-DAT/.test(new TextDecoder().decode(bytes.subarray(0, 9))))
    throw new SpikecError("SPK-0613", "AEDAT recordings are not read", {
      where: file,
      advice: "Save the events as arrays t, x, y, p: numpy.savez(file, t=..., x=..., y=..., p=...).",
    });
  if (isNpy(bytes)) return readNpyEvents(bytes, file);
  if (isZip(bytes)) return readNpzEvents(bytes, file);
  if (/\.bin$/i.test(file)) return readNMnist(bytes, file);
  return readCsvEvents(bytes, file);
}
