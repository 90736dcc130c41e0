/**
 * Strings of a dataset, a few rows at a time: how long they are is known only when they are read, and pointers of a hostile
 * file may share one string a million times.
 *
 * The library's own reader of strings hands what it has not filled to free() where a damaged file makes it fail; here the
 * memory is zeroed first, so that only what was read is given back.
 */
import type { Dataset } from "h5wasm";
import type { Library } from "./library.ts";

const rowsAtOnce = 64;

/** The strings of some rows; they are counted before more are read. */
export function* readStringRows(dataset: Dataset, library: Library): Iterable<string[]> {
  const shape = dataset.metadata.shape!;
  if (!dataset.metadata.vlen) {
    const value = dataset.value as string | string[];
    yield [value].flat();
    return;
  }
  const [rows = 1, ...columns] = shape;
  for (let row = 0; row < rows; row += rowsAtOnce) {
    const count = [Math.min(rowsAtOnce, rows - row), ...columns];
    const offset = [row, ...columns.map(() => 0)];
    yield shape.length === 0
      ? readBlock(dataset, library, null)
      : readBlock(dataset, library, { count, offset });
  }
}

/** block null: a scalar. */
function readBlock(
  { file_id, path, metadata }: Dataset,
  { Module }: Library,
  block: { readonly count: readonly number[]; readonly offset: readonly number[] } | null,
): string[] {
  const count = block?.count.map(BigInt) ?? null;
  const offset = block?.offset.map(BigInt) ?? null;
  const strides = block?.count.map(() => 1n) ?? null;
  const bytes = metadata.size * (block?.count.reduce((product, extent) => product * extent, 1) ?? 1);
  const at = Module._malloc(bytes);
  Module.HEAPU8.fill(0, at, at + bytes);
  try {
    Module.get_dataset_data(file_id, path, count, offset, strides, BigInt(at));
    const pointers = new Uint32Array(Module.HEAPU8.slice(at, at + bytes).buffer);
    const decode = metadata.cset === 1 ? Module.UTF8ToString : Module.AsciiToString;
    const strings = Array.from(pointers, (pointer) => (pointer === 0 ? "" : decode(pointer)));
    if (count === null) Module.reclaim_vlen_memory(file_id, path, "", BigInt(at));
    else Module.reclaim_vlen_memory_count(file_id, path, "", BigInt(at), count);
    return strings;
  } finally {
    Module._free(at);
  }
}
