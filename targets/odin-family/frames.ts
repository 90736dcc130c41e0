/** SPI frames of the family as bytes: 20 bits of address, 20 of data, most significant bit first (spi-slave.ts reads them). */

export const frameBytes = 5;
export const readRequestBytes = 4;

const writeFlag = 0x40000;
const readFlag = 0x80000;
const neuronMemory = 0x10000;
const synapseMemory = 0x20000;

export const gateActivity = 0;
export const openLoop = 1;

/** One frame; data of a memory write is mask << 8 | byte, and a mask bit of 1 keeps the old bit. */
export function frame(address: number, data: number): number[] {
  return [
    address >> 12,
    (address >> 4) & 0xff,
    ((address & 0x0f) << 4) | (data >> 16),
    (data >> 8) & 0xff,
    data & 0xff,
  ];
}

export const writeRegister = (register: number, value: number) => frame(register, value);

export function writeNeuronByte(neuron: number, byte: number, value: number, mask = 0): number[] {
  return frame(writeFlag | neuronMemory | (byte << 8) | neuron, (mask << 8) | value);
}

/** The synapses from `source` to `target` (even) and the neuron after it share a byte. */
export function writeSynapseByte(source: number, target: number, value: number): number[] {
  const word = (source << 5) | (target >> 3);
  return frame(writeFlag | synapseMemory | (((target >> 1) & 3) << 13) | word, value);
}

/** A frame's write to a memory, and the request that reads it back; null for registers, which cannot be read. */
export function readBackOf(bytes: Uint8Array): { request: readonly number[]; expected: number } | null {
  const address = (bytes[0] << 12) | (bytes[1] << 4) | (bytes[2] >> 4);
  if ((address & (neuronMemory | synapseMemory)) === 0 || (address & writeFlag) === 0) return null;
  return {
    request: frame((address & ~writeFlag) | readFlag, 0).slice(0, readRequestBytes),
    expected: bytes[4],
  };
}
