/**
 * The chip's SPI port, bit by bit (ODIN 1781931, src/spi_slave.v; tinyODIN has the same): mode 0, most significant bit
 * first, no chip select. 40 clocks are a frame, 20 of address and 20 of data, counted from reset for ever: one stray clock
 * shifts everything after it.
 *
 *   address  R W op1 op0 a15..a0      op 00: a configuration register, 01: a byte of a neuron, 10: a byte of synapses
 *   data     - - - - mask8 byte8      of a register: its value in the low bits
 */
import type { Core } from "./core.ts";

const frameClocks = 40;
const addressClocks = 20;
/** The byte read leaves the chip in the last 8 clocks. */
const readAt = 31;
const twentyBits = 0xfffff;

export interface SpiSlave {
  /** One clock: MOSI is taken at the rising edge; returns the MISO that the master samples there. */
  clock(mosi: 0 | 1): 0 | 1;
}

export function createSpiSlave(core: Core): SpiSlave {
  let count = 0;
  let shiftIn = 0;
  let shiftOut = 0;
  let address = 0;

  const operation = () => (address >> 16) & 3;
  const reads = () => (address & 0x80000) !== 0;
  const writes = () => (address & 0x40000) !== 0;

  function readByte(): number | null {
    if (operation() === 1) return core.readNeuron(address & 0xff, (address >> 8) & 0xff);
    if (operation() === 2) return core.readSynapses(address & 0x1fff, (address >> 13) & 3);
    return null;
  }

  function writeByte(): void {
    const [value, mask] = [shiftIn & 0xff, (shiftIn >> 8) & 0xff];
    if (operation() === 1) core.writeNeuron(address & 0xff, (address >> 8) & 0xff, value, mask);
    if (operation() === 2) core.writeSynapses(address & 0x1fff, (address >> 13) & 3, value, mask);
  }

  /** What the falling edge does besides shifting; `count` is still that of this clock. */
  function fall(): void {
    shiftOut = (shiftOut << 1) & twentyBits;
    if (count === addressClocks - 1) {
      address = shiftIn;
      if (!reads() && writes()) shiftOut = 0;
    } else if (count === readAt && reads()) {
      const byte = readByte();
      if (byte !== null) shiftOut = byte << 12;
    } else if (count === frameClocks - 1 && writes()) writeByte();
  }

  return {
    clock(mosi) {
      const miso = ((shiftOut >> 19) & 1) as 0 | 1;
      shiftIn = ((shiftIn << 1) | mosi) & twentyBits;
      // Registers ignore the R and W bits (spi_slave.v, "Output config. registers").
      if (count === frameClocks - 1 && operation() === 0) core.writeRegister(address & 0xffff, shiftIn);
      fall();
      count = (count + 1) % frameClocks;
      return miso;
    },
  };
}

/** Clocks bytes through the port, most significant bit first; returns what came back in the same clocks. */
export function transfer(slave: SpiSlave, bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => {
    let answer = 0;
    for (let bit = 7; bit >= 0; bit--) answer = (answer << 1) | slave.clock(((byte >> bit) & 1) as 0 | 1);
    return answer;
  });
}
