/**
 * An HDF5 file as plain data: groups hold datasets by name, datasets hold numbers or strings. Attributes are left out; the
 * formats read here have none.
 */

export type HdfNumbers =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** The types of number that a file may hold, by NumPy's names; byte order is left behind. */
export const numberTypes = {
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  /** Held in float32, which holds every float16 exactly. */
  float16: Float32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

export type HdfNumberType = keyof typeof numberTypes;

/** An array of numbers in the file's own type. Scalars have the shape [] and one value. */
export interface HdfNumberSet {
  readonly kind: "numbers";
  readonly type: HdfNumberType;
  readonly shape: readonly number[];
  readonly values: HdfNumbers;
}

export interface HdfStringSet {
  readonly kind: "strings";
  readonly shape: readonly number[];
  readonly values: readonly string[];
  /** Bytes of a string of fixed length; null: of variable length. */
  readonly length: number | null;
}

export type HdfDataset = HdfNumberSet | HdfStringSet;

/** Members by name; a Map, because any name is legal ("__proto__" too). */
export interface HdfGroup {
  readonly kind: "group";
  readonly members: ReadonlyMap<string, HdfNode>;
}

export type HdfNode = HdfGroup | HdfDataset;

export function group(members: Iterable<readonly [string, HdfNode]>): HdfGroup {
  return { kind: "group", members: new Map(members) };
}

/** The type is that of the array, unless it is named: float16 has no array of its own. */
export function numbers(
  values: HdfNumbers,
  shape: readonly number[] = [values.length],
  type: HdfNumberType = typeOf(values),
): HdfNumberSet {
  return { kind: "numbers", type, shape, values };
}

function typeOf(values: HdfNumbers): HdfNumberType {
  const types = Object.keys(numberTypes) as HdfNumberType[];
  return types.find((type) => type !== "float16" && values instanceof numberTypes[type])!;
}

/** A scalar int64, as NumPy writes a Python int. */
export function integer(value: number): HdfNumberSet {
  return numbers(BigInt64Array.of(BigInt(value)), []);
}

/** A scalar string, of variable length or of `length` bytes. */
export function text(value: string, length: number | null = null): HdfStringSet {
  return { kind: "strings", shape: [], values: [value], length };
}

/** The numbers as doubles; null where a 64-bit integer is too large for one to be exact. */
export function asDoubles({ values }: HdfNumberSet): Float64Array | null {
  const doubles = Float64Array.from(values as ArrayLike<number>, Number);
  const isWide = values instanceof BigInt64Array || values instanceof BigUint64Array;
  return isWide && !doubles.every(Number.isSafeInteger) ? null : doubles;
}
