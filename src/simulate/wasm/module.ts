/**
 * A WASM module as bytes: functions over i32 parameters without results, exported by name, on one imported memory.
 * WebAssembly core specification 2.0, "Binary Format", Modules.
 */
import { type Bytes, type Local, localOf, unsigned } from "./instructions.ts";

export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  /** Value types of the locals after the parameters. */
  readonly locals: readonly number[];
  readonly body: Bytes;
}

/** Hands out locals while a function is written. */
export interface Scope {
  /** Parameters first, each an i32. */
  readonly parameters: readonly Local[];
  integer(): Local;
  vector(): Local;
  double(): Local;
}

const i32Type = 0x7f;
const v128Type = 0x7b;
const f64Type = 0x7c;

/** write: returns the statements of the function. */
export function defineFunction(
  name: string,
  parameters: number,
  write: (scope: Scope) => Bytes,
): WasmFunction {
  const locals: number[] = [];
  const declare = (type: number) => localOf(parameters + locals.push(type) - 1);
  const body = write({
    parameters: Array.from({ length: parameters }, (_, index) => localOf(index)),
    integer: () => declare(i32Type),
    vector: () => declare(v128Type),
    double: () => declare(f64Type),
  });
  return { name, parameters, locals, body };
}

function vector(items: readonly Parts[]): Parts {
  return [unsigned(items.length), items];
}

/** Bytes that are done are copied as a whole. */
interface Parts extends ReadonlyArray<Part> {}
type Part = number | Uint8Array | Bytes | Parts;

function flatten(parts: Parts): Uint8Array<ArrayBuffer> {
  let bytes = new Uint8Array(1024);
  let length = 0;
  const reserve = (more: number) => {
    if (length + more <= bytes.length) return;
    const wider = new Uint8Array(2 * (length + more));
    wider.set(bytes);
    bytes = wider;
  };
  const visit = (part: Part) => {
    if (typeof part === "number") {
      reserve(1);
      bytes[length++] = part;
    } else if (part instanceof Uint8Array) {
      reserve(part.length);
      bytes.set(part, length);
      length += part.length;
    } else {
      for (let i = 0; i < part.length; i++) visit(part[i]);
    }
  };
  visit(parts);
  return bytes.slice(0, length);
}

/** Nested bytes with their length in front. */
function sized(content: Parts): Parts {
  const flat = flatten(content);
  return [unsigned(flat.length), flat];
}

function text(value: string): Parts {
  return sized([...new TextEncoder().encode(value)]);
}

const section = (id: number, content: Parts): Parts => [id, sized(content)];

/** The memory is imported as "engine" "memory". */
export function encodeModule(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters }) => [
    0x60,
    vector(Array.from({ length: parameters }, () => [i32Type])),
    vector([]),
  ]);
  const memory = [text("engine"), text("memory"), [0x02, 0x00, 0x01]];
  const exported = functions.map(({ name }, index) => [text(name), 0x00, unsigned(index)]);
  const bodies = functions.map(({ locals, body }) =>
    sized([vector(locals.map((type) => [1, type])), body, 0x0b]),
  );
  return flatten([
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    section(1, vector(types)),
    section(2, vector([memory])),
    section(3, vector(functions.map((_, index) => unsigned(index)))),
    section(7, vector(exported)),
    section(10, vector(bodies)),
  ]);
}
