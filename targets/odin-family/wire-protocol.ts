/**
 * The bytes between host and programmer board: flashrom's serprog (Documentation/serprog-protocol.txt) for SPI, and two
 * opcodes of our own for AER, which serprog cannot carry. Numbers only, shared by both sides of the wire.
 *
 * AER is announced in serprog's command map, so that a programmer without it is told from one with it.
 *
 *   40 count16 count x event24   events for the chip, one after the other, each when the chip is idle. Answer: 06, then for
 *                                each event the number of AER outputs (16 bits) and their addresses, a byte each; or
 *                                15 reason length8 text: nothing of the rest was served.
 *
 * Little endian throughout, as serprog is.
 */
export const acknowledge = 0x06;
export const refuse = 0x15;

export const opcode = {
  noOperation: 0x00,
  queryInterface: 0x01,
  queryCommandMap: 0x02,
  queryName: 0x03,
  querySerialBuffer: 0x04,
  queryBusTypes: 0x05,
  queryWriteLength: 0x08,
  synchronise: 0x10,
  queryReadLength: 0x11,
  setBusType: 0x12,
  spiOperation: 0x13,
  setSpiFrequency: 0x14,
  aerEvents: 0x40,
} as const;

export const serprogVersion = 1;
export const spiBus = 0x08;
export const commandMapBytes = 32;
export const nameBytes = 16;

/** Bytes of one SPI operation that the board takes; 64 frames of 5 bytes. */
export const largestWrite = 320;
/** Bytes of commands that the board buffers. */
export const serialBuffer = 4096;
export const mostEvents = 1024;
export const eventBytes = 3;

/** `length` bytes, the least significant first. */
export function littleEndian(value: number, length: number): number[] {
  return Array.from({ length }, (_, byte) => Math.floor(value / 2 ** (8 * byte)) & 0xff);
}

export function fromLittleEndian(bytes: ArrayLike<number>): number {
  let value = 0;
  for (let i = bytes.length - 1; i >= 0; i--) value = value * 256 + bytes[i];
  return value;
}
