/**
 * HDF5 bytes to plain data. Files come from anywhere, so what is read is bounded: members, depth, bytes of data; and nothing
 * outside the file is followed: external links, virtual datasets and dangling links are errors.
 */
import type { Dataset, Entity, Group } from "h5wasm";
import { SpikecError } from "../../errors/error.ts";
import { hasDamagedHeap, lengthSizeOf } from "./damaged-heaps.ts";
import { type Library, withReadFile } from "./library.ts";
import { readStringRows } from "./read-strings.ts";
import {
  type HdfDataset,
  type HdfGroup,
  type HdfNode,
  type HdfNumberSet,
  type HdfNumberType,
  numbers,
  numberTypes,
} from "./tree.ts";

const mostMembers = 2 ** 16;
const mostDepth = 32;
/** Of all datasets together, unpacked. */
const mostBytes = 2 ** 28;
/** In one dataset. */
const mostStrings = 2 ** 18;
/** Of all strings together; pointers may share one string in the file. */
const mostCharacters = 2 ** 24;

interface Reading {
  readonly library: Library;
  /** Named in errors. */
  readonly where: string;
  members: number;
  bytes: number;
  characters: number;
}

function unreadable(what: string, where: string, cause?: unknown): SpikecError {
  return new SpikecError("SPK-0112", what, { where, cause });
}

/** Throws SPK-0112 for anything that is not a whole, plain HDF5 file within the bounds. */
export async function readHdf5(bytes: Uint8Array, where = "HDF5 file"): Promise<HdfGroup> {
  if (bytes.length === 0) throw unreadable("the file is empty", where);
  refuseDamagedHeaps(bytes, where);
  try {
    return await withReadFile(bytes, (file, library) =>
      readGroup(file, 0, { library, where, members: 0, bytes: 0, characters: 0 }),
    );
  } catch (error) {
    if (error instanceof SpikecError) throw error;
    const reason = error instanceof Error ? error.message.split("\n")[0] : "";
    throw unreadable(`the file is not HDF5, or is damaged${reason && `: ${reason}`}`, where, error);
  }
}

/** Files of 4-byte sizes exist in the format, and nobody writes them. */
function refuseDamagedHeaps(bytes: Uint8Array, where: string): void {
  const lengthSize = lengthSizeOf(bytes);
  if (lengthSize === null) throw unreadable("the file is not HDF5", where);
  if (lengthSize !== 8) throw unreadable(`its sizes have ${lengthSize} bytes, and only 8 are read`, where);
  if (hasDamagedHeap(bytes)) throw unreadable("the heap of its strings is damaged", where);
}

function readGroup(from: Group, depth: number, reading: Reading): HdfGroup {
  if (depth > mostDepth)
    throw unreadable(`groups are nested more than ${mostDepth} deep at ${from.path}`, reading.where);
  const members = new Map<string, HdfNode>();
  for (const name of from.keys()) {
    if (++reading.members > mostMembers)
      throw unreadable(`it has more than ${mostMembers} members`, reading.where);
    members.set(
      name,
      readMember(from.get(name), `${from.path === "/" ? "" : from.path}/${name}`, depth, reading),
    );
  }
  return { kind: "group", members };
}

function readMember(member: Entity | null, path: string, depth: number, reading: Reading): HdfNode {
  const { library, where } = reading;
  if (member instanceof library.Group) return readGroup(member, depth + 1, reading);
  if (member instanceof library.Dataset) return readDataset(member, path, reading);
  if (member instanceof library.ExternalLink)
    throw unreadable(`${path} is a link to another file (${member.filename}), which is not followed`, where);
  if (member instanceof library.BrokenSoftLink)
    throw unreadable(`${path} is a link to ${member.target}, which does not exist`, where);
  throw unreadable(`${path} is neither a group nor a dataset`, where);
}

function readDataset(dataset: Dataset, path: string, reading: Reading): HdfDataset {
  const { library, where } = reading;
  const { type, size, total_size, shape, vlen, virtual_sources } = dataset.metadata;
  if (shape === null) throw unreadable(`${path} is an empty dataset`, where);
  if (virtual_sources !== undefined && virtual_sources.length > 0)
    throw unreadable(`${path} takes its data from other files`, where);
  refuseFilters(dataset, path, where);
  reading.bytes += size * total_size;
  if (!(reading.bytes <= mostBytes)) throw unreadable(`it holds more than ${mostBytes} bytes of data`, where);
  if (type === library.Module.H5T_class_t.H5T_STRING.value)
    return {
      kind: "strings",
      shape,
      values: readStrings(dataset, path, reading),
      length: vlen ? null : size,
    };
  return readNumbers(dataset, path, reading);
}

/** Only these are in the library; for any other it would hand out memory that nobody has written. */
const knownFilters: ReadonlySet<number> = new Set([1, 2, 3]); // deflate (gzip), shuffle, fletcher32

function refuseFilters(dataset: Dataset, path: string, where: string): void {
  const unknown = dataset.filters.find(({ id }) => !knownFilters.has(id));
  if (unknown === undefined) return;
  const name = unknown.name || `number ${unknown.id}`;
  throw new SpikecError("SPK-0114", `${path} is packed with the filter ${name}, which is not read`, {
    where,
  });
}

function readNumbers(dataset: Dataset, path: string, reading: Reading): HdfNumberSet {
  const shape = dataset.metadata.shape!;
  const type = numberTypeOf(dataset, reading.library);
  if (type === null) throw unreadable(`${path} holds neither numbers nor strings`, reading.where);
  if (type === "float16") return numbers(readHalves(dataset, reading.library), shape, type);
  const { value } = dataset;
  // The library gives scalars bare.
  const scalar = typeof value === "number" || typeof value === "bigint";
  const values = scalar ? new numberTypes[type]([value] as never) : value;
  if (!(values instanceof numberTypes[type]))
    throw unreadable(`${path} holds no numbers of the type ${type}`, reading.where);
  return numbers(values, shape, type);
}

/** null: nothing that is read here, like integers of three bytes. Booleans are stored as an enumeration of int8. */
function numberTypeOf({ metadata }: Dataset, { Module }: Library): HdfNumberType | null {
  const { type, size, signed } = metadata;
  const { H5T_INTEGER, H5T_FLOAT, H5T_ENUM } = Module.H5T_class_t;
  const isInteger = type === H5T_INTEGER.value || type === H5T_ENUM.value;
  if (!isInteger && type !== H5T_FLOAT.value) return null;
  const name = `${isInteger ? (signed ? "int" : "uint") : "float"}${8 * size}`;
  return Object.hasOwn(numberTypes, name) ? (name as HdfNumberType) : null;
}

function readStrings(dataset: Dataset, path: string, reading: Reading): string[] {
  const { library, where } = reading;
  if (dataset.metadata.total_size > mostStrings)
    throw unreadable(`${path} holds more than ${mostStrings} strings`, where);
  const found: string[] = [];
  for (const strings of readStringRows(dataset, library)) {
    for (const string of strings) {
      reading.characters += string.length;
      found.push(string);
    }
    if (reading.characters > mostCharacters)
      throw unreadable(`the strings up to ${path} have more than ${mostCharacters} characters`, where);
  }
  return found;
}

/** float16, which h5wasm reads but does not decode: sign, 5 bits of exponent, 10 of fraction (IEEE 754). */
function readHalves(dataset: Dataset, { Module }: Library): Float32Array {
  const { size, total_size } = dataset.metadata;
  const at = Module._malloc(size * total_size);
  try {
    Module.get_dataset_data(dataset.file_id, dataset.path, null, null, null, BigInt(at));
    const view = new DataView(Module.HEAPU8.slice(at, at + size * total_size).buffer);
    return Float32Array.from({ length: total_size }, (_, i) => half(view.getUint16(2 * i, true)));
  } finally {
    Module._free(at);
  }
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}
