/**
 * The spikes of a layer back in the network's own order: neurons ascending, each once a step, with the number of its spikes.
 * A bit a neuron sorts them: places are visited in the order of the engine, and bits read in the order of the network.
 */
import type { EventList } from "../event-list.ts";
import { neuronsOf, placesOf } from "./layout.ts";
import { tablePositions } from "./load-spikes.ts";
import type { SpikeList } from "./spike-list.ts";

export interface SpikeReader {
  /** Appends a step to `out` and closes it. */
  read(step: number, out: EventList): void;
}

export function createSpikeReader(list: SpikeList, memory: WebAssembly.Memory): SpikeReader {
  const entries = list.entryBytes === 2 ? new Uint16Array(memory.buffer) : new Uint32Array(memory.buffer);
  const table = new Uint32Array(memory.buffer);
  const positions = tablePositions(list);
  const places = placesOf(list.layout);
  const { channels } = list.layout;
  const neurons = neuronsOf(list.layout);
  const bits = new Uint32Array(Math.ceil(neurons / 32));
  const sorted = new Uint32Array(neurons);
  const values = new Int32Array(memory.buffer);
  /** What each neuron sent in the step under way. */
  const sent = new Int32Array(neurons);
  const graded = list.spikesMost > 1 || list.values > 0;

  /** The value of the entry at an index. */
  function valueAt(at: number): number {
    return list.values === 0 ? 1 : values[list.values / 4 + at - list.entries / list.entryBytes];
  }

  function markAll(step: number): void {
    const ownTable = (list.table + (step & (list.slots - 1)) * list.tableBytes) / 4;
    for (let place = 0; place < places; place++) {
      const start = table[ownTable + positions[place]] / list.entryBytes;
      const end = table[ownTable + positions[place] + 1] / list.entryBytes;
      for (let at = start; at < end; at++) {
        const neuron = (entries[at] % channels) * places + place;
        bits[neuron >>> 5] |= 1 << (neuron & 31);
        if (graded) sent[neuron] += valueAt(at);
      }
    }
  }

  /** Flat lists are in the network's order already. */
  function readFlat(step: number, out: EventList): void {
    const ownTable = (list.table + (step & (list.slots - 1)) * list.tableBytes) / 4;
    const end = table[ownTable + list.endOffset / 4] / list.entryBytes;
    out.append(entries.subarray(table[ownTable] / list.entryBytes, end));
  }

  /** The marked neurons, ascending, into `sorted`; returns how many, and forgets the marks. */
  function collect(): number {
    let count = 0;
    for (let word = 0; word < bits.length; word++) {
      for (let left = bits[word]; left !== 0; left &= left - 1)
        sorted[count++] = word * 32 + 31 - Math.clz32(left & -left);
      bits[word] = 0;
    }
    return count;
  }

  function readSorted(step: number, out: EventList): void {
    markAll(step);
    const count = collect();
    if (!graded) {
      out.append(sorted.subarray(0, count));
      return;
    }
    for (let i = 0; i < count; i++) {
      out.push(sorted[i], sent[sorted[i]]);
      sent[sorted[i]] = 0;
    }
  }

  return {
    read(step, out) {
      if (places === 1 && !graded) readFlat(step, out);
      else readSorted(step, out);
      out.endStep();
    },
  };
}
