/**
 * The machine's own limit for synapses on vectors of 128 bits, as WASM reaches it: load eight weights of one byte, widen them
 * to sixteen bits, add them to a sum. From the first-level cache, eight sums in registers, nothing else in the loop.
 */
import { add, below, repeatWhile, set, sub } from "../../src/simulate/wasm/instructions.ts";
import { defineFunction, encodeModule } from "../../src/simulate/wasm/module.ts";
import { lanes16, loadBytes, storeVector } from "../../src/simulate/wasm/vectors.ts";

const weightBytes = 8192;
const sumsAtOnce = 8;
const lanesInVector = 8;
/** Vectors of weights in one turn of the loop. */
const unrolled = 16;

export interface Roofline {
  /** Adds `passes` times all weights; returns the number of synaptic additions. */
  run(passes: number): number;
}

export function createRoofline(): Roofline {
  const code = defineFunction("run", 1, (scope) => {
    const [passes] = scope.parameters;
    const weights = scope.integer();
    const sums = Array.from({ length: sumsAtOnce }, () => scope.vector());
    const additions = Array.from({ length: unrolled }, (_, i) => {
      const sum = sums[i % sumsAtOnce];
      return set(sum, lanes16.add(sum, loadBytes(weights, lanesInVector * i)));
    });
    return [
      repeatWhile(
        passes,
        set(weights, 0),
        repeatWhile(
          below(weights, weightBytes),
          additions,
          set(weights, add(weights, lanesInVector * unrolled)),
        ),
        set(passes, sub(passes, 1)),
      ),
      sums.map((sum, i) => storeVector(weightBytes, sum, 16 * i)),
    ];
  });
  const memory = new WebAssembly.Memory({ initial: 1 });
  new Uint8Array(memory.buffer).fill(1, 0, weightBytes);
  const module = new WebAssembly.Module(encodeModule([code]));
  const { exports } = new WebAssembly.Instance(module, { engine: { memory } });
  const run = exports.run as (passes: number) => void;
  return {
    run(passes) {
      run(passes);
      return passes * weightBytes;
    },
  };
}
