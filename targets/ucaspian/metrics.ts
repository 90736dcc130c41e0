/**
 * The chip's counters: fires, accumulates and active clock cycles, read a byte at a time (ucaspian_core.sv:465-545).
 *
 * Fires and accumulates are exact. Active clocks depend on every pipeline stall of the RTL: here they are an estimate,
 * fitted to cycle counts of the simulated RTL (README.md), and no vector reads them.
 */
export interface Metrics {
  countFire(): void;
  countAccumulate(): void;
  countCharge(): void;
  countBlock(): void;
  countStep(): void;
  /** The value of a metric address; reading 4, 8 or 12, the lowest byte, zeroes that counter. */
  read(address: number): number;
  clear(): void;
}

/** 25 bits in the RTL (ucaspian_core.sv:466), of which 24 can be read. */
const fireCounterSize = 2 ** 25;
const idleStepCycles = 8;
const chargeCycles = 4;
const blockCycles = 50;
const fireCycles = 4;

export function createMetrics(): Metrics {
  let fires = 0;
  let accumulates = 0;
  let clocks = 0;

  /** Addresses count from the most significant byte. */
  const byteOf = (counter: number, fromTop: number) => (counter >>> (24 - 8 * fromTop)) & 0xff;

  function clear(): void {
    fires = 0;
    accumulates = 0;
    clocks = 0;
  }

  function read(address: number): number {
    if (address >= 2 && address <= 4) return byteOf(fires, address - 1);
    if (address >= 5 && address <= 8) return byteOf(accumulates, address - 5);
    if (address >= 9 && address <= 12) return byteOf(clocks, address - 9);
    // Address 1 is always 0, as are those that the chip does not know (ucaspian_core.sv:510, 528).
    return 0;
  }

  function readAndClear(address: number): number {
    const value = read(address);
    if (address === 4) fires = 0;
    if (address === 8) accumulates = 0;
    if (address === 12) clocks = 0;
    return value;
  }

  return {
    countFire() {
      fires = (fires + 1) % fireCounterSize;
      clocks = (clocks + fireCycles) >>> 0;
    },
    countAccumulate() {
      accumulates = (accumulates + 1) >>> 0;
      clocks = (clocks + 1) >>> 0;
    },
    countCharge() {
      clocks = (clocks + chargeCycles) >>> 0;
    },
    countBlock() {
      clocks = (clocks + blockCycles) >>> 0;
    },
    countStep() {
      clocks = (clocks + idleStepCycles) >>> 0;
    },
    read: readAndClear,
    clear,
  };
}
