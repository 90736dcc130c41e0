/** Events from outside into a spike list: entries in the list's order, and the table that goes with them. */
import type { Events } from "../../network/spikes.ts";
import { neuronsOf, placeRanks, placesOf } from "./layout.ts";
import { addressesPerPlace, isFlat, type SpikeList, tableWidth } from "./spike-list.ts";

export interface SpikeLoader {
  /** Writes the events of step `from` as those of step `to`; none where the events have no such step. */
  load(events: Events, from: number, to: number): void;
}

/** Where in the table the address of each place of the layer stands, at y * width + x of the layer's own map. */
export function tablePositions(list: SpikeList): Uint32Array {
  const { layout, margin } = list;
  const [tall, wide] = layout.window;
  const perPlace = addressesPerPlace(list);
  const positions = new Uint32Array(placesOf(layout));
  for (let y = 0; y < layout.height; y++)
    for (let x = 0; x < layout.width; x++) {
      const row = Math.floor(y / tall) + margin.top;
      const column = Math.floor(x / wide) + margin.left;
      const inWindow = (y % tall) * wide + (x % wide);
      positions[y * layout.width + x] = (row * tableWidth(list) + column) * perPlace + inWindow;
    }
  return positions;
}

/** Entry of each neuron of the layer. */
export function entriesOf({ layout, seen }: SpikeList): Uint32Array {
  const ranks = placeRanks(layout);
  const perWindow = layout.window[0] * layout.window[1];
  return Uint32Array.from({ length: neuronsOf(layout) }, (_, neuron) => {
    const place = Math.floor(ranks[neuron % ranks.length] / perWindow);
    return place * seen.channels + Math.floor(neuron / ranks.length);
  });
}

interface Slot {
  /** Index of the first entry among all entries of the memory, and its address. */
  readonly first: number;
  readonly address: number;
  /** Index of the table among the addresses of the memory. */
  readonly table: number;
}

/** Where the list of a step begins. */
function slotOf(list: SpikeList, step: number): Slot {
  const slot = step & (list.slots - 1);
  const address = list.entries + slot * list.slotBytes;
  return {
    address,
    first: address / list.entryBytes,
    table: (list.table + slot * list.tableBytes) / 4,
  };
}

/** From where to where the events of a step stand; an empty stretch where there is none. */
function stretchOf({ offsets }: Events, step: number): readonly [number, number] {
  return step >= 0 && step + 1 < offsets.length ? [offsets[step], offsets[step + 1]] : [0, 0];
}

/** Into a flat list: entries are neurons, and their order is that of the network. */
function createFlatLoader(list: SpikeList, memory: WebAssembly.Memory): SpikeLoader {
  const entries = list.entryBytes === 2 ? new Uint16Array(memory.buffer) : new Uint32Array(memory.buffer);
  const table = new Uint32Array(memory.buffer);
  return {
    load(events, from, to) {
      const [start, end] = stretchOf(events, from);
      const { address, first, table: own } = slotOf(list, to);
      const { neurons } = events;
      for (let event = start; event < end; event++) entries[first + event - start] = neurons[event];
      table[own] = address;
      table[own + 1] = address + (end - start) * list.entryBytes;
    },
  };
}

export function createSpikeLoader(list: SpikeList, memory: WebAssembly.Memory): SpikeLoader {
  return isFlat(list) && list.values === 0 && list.endOffset === 4
    ? createFlatLoader(list, memory)
    : createMapLoader(list, memory);
}

function createMapLoader(list: SpikeList, memory: WebAssembly.Memory): SpikeLoader {
  const entries = list.entryBytes === 2 ? new Uint16Array(memory.buffer) : new Uint32Array(memory.buffer);
  const table = new Uint32Array(memory.buffer);
  const values = new Int32Array(memory.buffer);
  const positions = tablePositions(list);
  const entryOf = entriesOf(list);
  const places = positions.length;
  const addresses = list.endOffset / 4;
  const next = new Uint32Array(addresses + 1);

  /** Counts the spikes of each place, and returns where the first of each goes. */
  function arrange({ neurons }: Events, start: number, end: number): void {
    next.fill(0);
    for (let event = start; event < end; event++) next[positions[neurons[event] % places] + 1]++;
    for (let position = 0; position < addresses; position++) next[position + 1] += next[position];
  }

  return {
    load(events, from, to) {
      const [start, end] = stretchOf(events, from);
      const { address, first, table: ownTable } = slotOf(list, to);
      const firstValue = list.values / 4 + first - list.entries / list.entryBytes;
      arrange(events, start, end);
      for (let position = 0; position <= addresses; position++)
        table[ownTable + position] = address + next[position] * list.entryBytes;
      for (let event = start; event < end; event++) {
        const neuron = events.neurons[event];
        const at = next[positions[neuron % places]]++;
        entries[first + at] = entryOf[neuron];
        if (list.values > 0) values[firstValue + at] = events.values?.[event] ?? 1;
      }
    },
  };
}
