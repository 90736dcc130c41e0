/**
 * A grid of RANC cores and its output bus, tick by tick. Facts are from UA-RCL/RANC 08ae4bd: simulator/src (neuronblock.cpp,
 * corecontroller.cpp, schedulersram.cpp, rancgrid.cpp) and hardware/IP/RANCNetwork/src/sources/ThresholdResetUnit.v.
 *
 * A tick of a neuron: the potential gets weights[type of the axon] for every connected axon with a spike, then the leak. At or
 * above the positive threshold it spikes. The two sources differ in width: the simulator's potentials are unbounded, the
 * hardware's wrap at 9 bits; and in the negative comparison, which the simulator can be told to make with `<=`.
 */
import { SpikecError } from "../../src/errors/error.ts";

export interface NeuronRow {
  /** Axons that are connected, ascending. */
  readonly axons: readonly number[];
  /** One for each axon type. */
  readonly weights: readonly number[];
  readonly leak: number;
  readonly positiveThreshold: number;
  /** <= 0. */
  readonly negativeThreshold: number;
  readonly resetPotential: number;
  /** 0: to the reset potential, 1: by the threshold. */
  readonly resetMode: number;
  /** Potential before the first tick. */
  readonly potential: number;
  readonly dx: number;
  readonly dy: number;
  readonly axon: number;
  readonly tick: number;
}

export interface CoreRows {
  readonly x: number;
  readonly y: number;
  /** Type of each axon. */
  readonly axonTypes: readonly number[];
  readonly neurons: readonly NeuronRow[];
}

export interface GridConfiguration {
  readonly width: number;
  readonly height: number;
  readonly cores: readonly CoreRows[];
  readonly bus: { readonly x: number; readonly y: number; readonly outputs: number };
  /** Slots of a core's spike memory: a packet may wait for up to two ticks less. */
  readonly slots: number;
  /** The negative threshold acts on potentials that equal it, too. */
  readonly negativeInclusive: boolean;
  /** Width of a potential; null: unbounded, as in the simulator. */
  readonly potentialBits: number | null;
}

export interface Packet {
  /** From the core at (0, 0). */
  readonly dx: number;
  readonly dy: number;
  readonly axon: number;
  readonly tick: number;
}

export interface Grid {
  /** Puts a packet in at the core (0, 0); delivered `tick` ticks after the next. */
  receive(packet: Packet): void;
  /** Advances one tick; returns the outputs of the bus that got a spike, ascending. */
  tick(): readonly number[];
  /** Potentials of the core with this number, in the order of the configuration. */
  potentials(core: number): Int32Array;
  /** Back to the initial potentials, with no packet on its way. */
  reset(): void;
}

interface Core {
  readonly rows: CoreRows;
  /** By axon: the neurons that it reaches, and with which weight. */
  readonly fanOut: readonly (readonly (readonly [neuron: number, weight: number])[])[];
  readonly potential: Int32Array;
  /** [slot][axon]: spikes that wait. */
  readonly waiting: Uint8Array[];
}

function createCore(rows: CoreRows, slots: number): Core {
  const fanOut: [number, number][][] = rows.axonTypes.map(() => []);
  rows.neurons.forEach(({ axons, weights }, neuron) => {
    for (const axon of axons) fanOut[axon].push([neuron, weights[rows.axonTypes[axon]]]);
  });
  return {
    rows,
    fanOut,
    potential: Int32Array.from(rows.neurons, ({ potential }) => potential),
    waiting: Array.from({ length: slots }, () => new Uint8Array(rows.axonTypes.length)),
  };
}

/** What a register of `bits` keeps of a sum. */
function wrapped(value: number, bits: number | null): number {
  return bits === null ? value : (value << (32 - bits)) >> (32 - bits);
}

export function createGrid(configuration: GridConfiguration): Grid {
  const { width, height, bus, slots, negativeInclusive, potentialBits } = configuration;
  const cores = configuration.cores.map((rows) => createCore(rows, slots));
  const byPlace = new Map(cores.map((core) => [core.rows.y * width + core.rows.x, core]));
  const busSpikes = new Uint8Array(bus.outputs);
  let slot = slots - 1;

  /** Packets go through the grid within a tick, however far (router.cpp); a place without a core swallows them. */
  function deliver(x: number, y: number, axon: number, tick: number): void {
    if (x < 0 || y < 0 || x >= width || y >= height)
      throw new SpikecError("SPK-0404", `a packet leaves the grid at (${x}, ${y})`, { where: "ranc" });
    if (x === bus.x && y === bus.y) {
      if (axon < bus.outputs) busSpikes[axon] = 1;
      return;
    }
    const core = byPlace.get(y * width + x);
    // The slot under service takes no spikes: a wait of slots - 1 ticks is lost (schedulersram.cpp, write).
    if (core === undefined || axon >= core.rows.axonTypes.length || tick + 1 >= slots) return;
    core.waiting[(slot + 1 + tick) % slots][axon] = 1;
  }

  function afterThresholds(potential: number, row: NeuronRow): number {
    const { positiveThreshold, negativeThreshold, resetPotential, resetMode } = row;
    if (potential >= positiveThreshold)
      return resetMode === 0 ? resetPotential : wrapped(potential - positiveThreshold, potentialBits);
    const below = negativeInclusive ? potential <= negativeThreshold : potential < negativeThreshold;
    if (!below) return potential;
    return wrapped(resetMode === 0 ? -resetPotential : potential - negativeThreshold, potentialBits);
  }

  function run({ rows, fanOut, potential, waiting }: Core): void {
    const spikes = waiting[slot];
    for (let axon = 0; axon < spikes.length; axon++) {
      if (spikes[axon] === 0) continue;
      for (const [neuron, weight] of fanOut[axon]) potential[neuron] += weight;
    }
    spikes.fill(0);
    rows.neurons.forEach((row, neuron) => {
      const sum = wrapped(potential[neuron] + row.leak, potentialBits);
      if (sum >= row.positiveThreshold) deliver(rows.x + row.dx, rows.y + row.dy, row.axon, row.tick);
      potential[neuron] = afterThresholds(sum, row);
    });
  }

  return {
    receive({ dx, dy, axon, tick }) {
      if (dx === bus.x && dy === bus.y)
        throw new SpikecError("SPK-0404", "a packet of the host goes to the output bus", { where: "ranc" });
      deliver(dx, dy, axon, tick);
    },
    tick() {
      slot = (slot + 1) % slots;
      busSpikes.fill(0);
      for (const core of cores) run(core);
      return [...busSpikes.keys()].filter((output) => busSpikes[output] === 1);
    },
    potentials: (core) => cores[core].potential.slice(),
    reset() {
      slot = slots - 1;
      for (const { rows, potential, waiting } of cores) {
        rows.neurons.forEach((row, neuron) => {
          potential[neuron] = row.potential;
        });
        for (const spikes of waiting) spikes.fill(0);
      }
    },
  };
}
