/**
 * The board's side of a run: START, LOAD, STEP, END, MEMBRANES. The answers to the last steps are kept, as many as the window
 * has places, so that an answer that got lost can be given again: no step runs twice.
 */
import { pack, u16, u32, viewOf } from "../../../src/link/loader/bytes.ts";
import { bitmapFlag, statuses, valuedFlag } from "../../../src/link/loader/protocol.ts";
import { digestSpikes } from "../machine/digest.ts";
import type { Machine } from "../machine/machine.ts";
import { joined } from "./joined.ts";
import type { Reply } from "./uploads.ts";

export interface Runs {
  start(payload: Uint8Array): Reply;
  load(payload: Uint8Array): Reply;
  step(payload: Uint8Array): Reply;
  end(): Reply;
  membranes(payload: Uint8Array): Reply;
}

export interface RunLimits {
  readonly window: number;
  /** Bytes of spikes that an answer takes. */
  readonly spikeRoom: number;
}

const malformed: Reply = [statuses.malformed];

/** One population's block: a list, or a bitmap where that is shorter. */
function blockOf(population: number, neurons: readonly number[], size: number): Uint8Array {
  const bitmapBytes = Math.ceil(size / 8);
  if (2 * neurons.length <= bitmapBytes)
    return pack([u16(population), u16(neurons.length), ...neurons.map(u16)]);
  const bitmap = new Uint8Array(bitmapBytes);
  for (const neuron of neurons) bitmap[neuron >> 3] |= 1 << (neuron & 7);
  return pack([u16(population | bitmapFlag), u16(neurons.length)], bitmap);
}

/** A run of the machine, from START on. */
export function createRuns(machine: Machine, { window, spikeRoom }: RunLimits): Runs {
  const sizes = machine.program.populations.map(({ neurons }) => neurons);
  const observed = new Array<boolean>(sizes.length).fill(false);
  const kept: Uint8Array[] = [];
  let digest = 0;
  let milliseconds = 0;
  let begun = false;

  /** What has no room is left out whole, and counted. */
  function answer(step: number, fired: readonly (readonly number[])[]): Uint8Array {
    const blocks: Uint8Array[] = [];
    let room = spikeRoom;
    let dropped = 0;
    fired.forEach((neurons, population) => {
      if (!observed[population] || neurons.length === 0) return;
      const block = blockOf(population, neurons, sizes[population]);
      if (block.length > room) dropped += neurons.length;
      else {
        blocks.push(block);
        room -= block.length;
      }
    });
    return pack([u32(step), u16(Math.min(dropped, 0xffff))], joined(blocks));
  }

  function run(step: number): Uint8Array {
    const started = performance.now();
    const fired = machine.run();
    milliseconds += performance.now() - started;
    digest = digestSpikes(digest, fired, step, observed);
    return answer(step, fired);
  }

  return {
    start(payload) {
      if (payload.length < Math.ceil(sizes.length / 8)) return malformed;
      for (let population = 0; population < sizes.length; population++)
        observed[population] = ((payload[population >> 3] >> (population & 7)) & 1) === 1;
      machine.reset();
      kept.length = 0;
      [digest, milliseconds, begun] = [0, 0, true];
      return [statuses.ok];
    },
    load(payload) {
      if (!begun) return [statuses.nothingBegun];
      if (payload.length < 4) return malformed;
      if (viewOf(payload).getUint32(0, true) !== machine.step())
        return [statuses.wrongPlace, pack([u32(machine.step())])];
      return machine.enter(valuedFlag, payload.subarray(4)) ? [statuses.ok] : malformed;
    },
    step(payload) {
      if (!begun) return [statuses.nothingBegun];
      if (payload.length < 6) return malformed;
      const step = viewOf(payload).getUint32(0, true);
      const due = machine.step();
      const again = due - step;
      if (again > 0 && again <= kept.length) return [statuses.ok, kept[kept.length - again]];
      if (again !== 0) return [statuses.wrongPlace, pack([u32(due)])];
      if (!machine.enter(payload[4], payload.subarray(6))) return malformed;
      kept.push(run(step));
      if (kept.length > window) kept.shift();
      return [statuses.ok, kept[kept.length - 1]];
    },
    end() {
      if (!begun) return [statuses.nothingBegun];
      return [statuses.ok, pack([u32(machine.step()), u32(digest), u32(Math.round(milliseconds * 1000))])];
    },
    membranes(payload) {
      if (payload.length < 4) return malformed;
      const view = viewOf(payload);
      const [population, first] = [view.getUint16(0, true), view.getUint16(2, true)];
      if (population >= sizes.length || first >= sizes[population]) return malformed;
      const count = Math.min(sizes[population] - first, Math.floor(spikeRoom / 4));
      const values = machine.membranes(population).subarray(first, first + count);
      return [statuses.ok, pack(Array.from(values, u32))];
    },
  };
}
