/** Where everything lies in the memory of a module: addresses are handed out in order and are constants of its code. */
import { Uncovered } from "./uncovered.ts";

const pageBytes = 65_536;
/** What addresses of 32 bits reach. Networks beyond this run on the reference interpreter. */
const mostBytes = 2 ** 32 - pageBytes;
const alignment = 64;

export interface MemoryPlan {
  /** Address of `bytes` bytes, zero at first. */
  reserve(bytes: number): number;
  /** Address of the array's content. */
  place(content: ArrayBufferView): number;
  bytes(): number;
  /** A new memory with everything in place. */
  create(): WebAssembly.Memory;
}

export function createMemoryPlan(): MemoryPlan {
  let end = alignment;
  const contents: [number, ArrayBufferView][] = [];
  const reserve = (bytes: number) => {
    const address = end;
    // A vector may be read or written over the end by less than itself.
    end = Math.ceil((end + bytes + 16) / alignment) * alignment;
    if (end > mostBytes)
      throw new Uncovered(`it needs ${end} bytes of memory and more; a module has ${mostBytes} at most`);
    return address;
  };
  return {
    reserve,
    place(content) {
      const address = reserve(content.byteLength);
      contents.push([address, content]);
      return address;
    },
    bytes: () => end,
    create() {
      const memory = new WebAssembly.Memory({ initial: Math.ceil(end / pageBytes) });
      const whole = new Uint8Array(memory.buffer);
      for (const [address, { buffer, byteOffset, byteLength }] of contents)
        whole.set(new Uint8Array(buffer, byteOffset, byteLength), address);
      return memory;
    },
  };
}
