/**
 * The one door to h5wasm: loaded when first needed (it takes a third of a second), files in its own memory, and errors that
 * throw. Without the throwing handler a missing filter gives uninitialised memory and a damaged file gives nothing.
 */
import type { File } from "h5wasm";

export type Library = typeof import("h5wasm");

let loading: Promise<Library> | undefined;
let loads = 0;
let filesMade = 0;

/** The library, ready; its plain entry runs in Node and in a browser alike. */
function loadLibrary(): Promise<Library> {
  loading ??= importLibrary(loads++).then(async (library) => {
    const module = await library.ready;
    module.activate_throwing_error_handler();
    return library;
  });
  return loading;
}

/** A module is loaded once for each address: a query behind it makes a fresh one, with memory of its own. */
function importLibrary(load: number): Promise<Library> {
  return load === 0 ? import("h5wasm") : import(`${import.meta.resolve("h5wasm")}?load=${load}`);
}

/** Memory that is kept for the next file; WebAssembly never gives any back. */
const mostKeptMemory = 2 ** 29;

/**
 * A damaged file can make the library's WebAssembly trap, and after a trap its memory is not to be trusted; or it can make
 * it ask for gigabytes (a string that claims to be so long). Either way: drop it.
 */
function dropAfterDamage({ Module }: Library, error: unknown): void {
  const hasTrapped = error instanceof WebAssembly.RuntimeError;
  if (hasTrapped || Module.HEAPU8.length > mostKeptMemory) loading = undefined;
}

/** Opens a file in the library's memory, uses it, closes and removes it, whatever happens. */
function withFile<T>(library: Library, name: string, mode: "r" | "w", use: (file: File) => T): T {
  try {
    const file = new library.File(name, mode);
    try {
      return use(file);
    } finally {
      file.close();
    }
  } catch (error) {
    dropAfterDamage(library, error);
    throw error;
  }
}

/** Reads: `use` gets the file of these bytes, opened. */
export async function withReadFile<T>(
  bytes: Uint8Array,
  use: (file: File, library: Library) => T,
): Promise<T> {
  const library = await loadLibrary();
  const name = `read-${filesMade++}.h5`;
  library.FS!.writeFile(name, bytes);
  try {
    return withFile(library, name, "r", (file) => use(file, library));
  } finally {
    library.FS!.unlink(name);
  }
}

/**
 * Runs `work` at the second 0 of 1970. The library stamps what it makes with the time of the clock, under a checksum, and
 * offers no way not to; it reads the clock through Date.now.
 */
function withoutTime(work: () => void): void {
  const { now } = Date;
  Date.now = () => 0;
  try {
    work();
  } finally {
    Date.now = now;
  }
}

/** Writes: `fill` gets an empty file; its bytes come back, the same for the same data whatever the time is. */
export async function withNewFile(fill: (file: File) => void): Promise<Uint8Array> {
  const library = await loadLibrary();
  const name = `write-${filesMade++}.h5`;
  withoutTime(() => withFile(library, name, "w", fill));
  const bytes = library.FS!.readFile(name).slice();
  library.FS!.unlink(name);
  return bytes;
}
