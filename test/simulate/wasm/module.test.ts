/** The encoder of WASM bytes: numbers as the specification writes them, and modules that a machine accepts and runs. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Bytes } from "../../../src/simulate/wasm/instructions.ts";
import {
  add,
  below,
  choose,
  count,
  load32,
  loopWhile,
  set,
  signed,
  store32,
  sub,
  times,
  unsigned,
} from "../../../src/simulate/wasm/instructions.ts";
import { defineFunction, encodeModule, type Scope } from "../../../src/simulate/wasm/module.ts";

/** Runs statements over a page of memory whose first numbers are given; returns the first number. */
function run(numbers: readonly number[], write: (scope: Scope) => Bytes): number {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const view = new Int32Array(memory.buffer);
  view.set(numbers);
  const module = new WebAssembly.Module(encodeModule([defineFunction("run", 0, write)]));
  const { exports } = new WebAssembly.Instance(module, { engine: { memory } });
  (exports.run as () => void)();
  return view[0];
}

describe("LEB128", () => {
  it("writes the numbers of the specification's examples", () => {
    expect(unsigned(624485)).toEqual([0xe5, 0x8e, 0x26]);
    expect(signed(-123456)).toEqual([0xc0, 0xbb, 0x78]);
    expect(signed(64)).toEqual([0xc0, 0x00]);
    expect(signed(-64)).toEqual([0x40]);
  });

  it("writes constants that a machine reads back, for every 32-bit number", () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (value) => {
        expect(run([], () => store32(0, value))).toBe(value);
      }),
      { numRuns: 50 },
    );
  });
});

describe("expressions", () => {
  it("compute what they read like", () => {
    expect(run([7, 5], () => store32(0, sub(times(load32(0), 12), load32(4))))).toBe(79);
    expect(run([7], () => store32(0, times(load32(0), 64)))).toBe(448);
    expect(run([1, 2], () => store32(0, choose(below(load32(0), load32(4)), 10, 20)))).toBe(10);
  });

  it("loop no times, once, and many times", () => {
    const sumBelow = (end: number) =>
      run([end], (scope) => {
        const [i, total] = [scope.integer(), scope.integer()];
        return [
          loopWhile(below(i, load32(0)), set(total, add(total, i)), set(i, add(i, 1))),
          store32(0, total),
        ];
      });
    expect([0, 1, 2, 10].map(sumBelow)).toEqual([0, 0, 1, 45]);
    const product = run([], (scope) => {
      const [i, total] = [scope.integer(), scope.integer()];
      return [count(i, 1, 10, 3, set(total, add(times(total, 10), i))), store32(0, total)];
    });
    expect(product).toBe(147);
  });
});
