/**
 * The loader protocol's numbers: operations, statuses, version. docs/protocol.md says what each carries; an answer has the
 * operation with bit 7 set, the sequence of its question, and begins with a status.
 */

/** A board of another major version is refused; a higher minor one only knows more. */
export const protocolVersion = { major: 2, minor: 0 } as const;

export const operations = {
  hello: 0x01,
  ping: 0x02,
  info: 0x03,
  begin: 0x04,
  data: 0x05,
  commit: 0x06,
  trial: 0x07,
  confirm: 0x08,
  setBaudRate: 0x09,
  restart: 0x0a,
  start: 0x0b,
  step: 0x0c,
  end: 0x0d,
  state: 0x0e,
} as const;

export const answerBit = 0x80;

export const statuses = {
  ok: 0,
  /** The flash does not hold what was announced. */
  differs: 1,
  /** Another offset or step was due; it follows. */
  wrongPlace: 2,
  tooLarge: 3,
  noNetwork: 4,
  unknownOperation: 5,
  malformed: 6,
  flashFailed: 7,
  /** The board cannot run this image; a reason (imageFaults) follows. */
  imageRefused: 8,
  selfTestFailed: 9,
  /** Nothing was begun that this could go on with. */
  nothingBegun: 10,
  unsupported: 11,
} as const;

export type Status = (typeof statuses)[keyof typeof statuses];

/** Why a board refuses an image: the second byte of its answer. */
export const imageFaults = {
  notAnImage: 1,
  unknownVersion: 2,
  malformed: 3,
  tooLittleMemory: 4,
  unknownPart: 5,
} as const;

/** BEGIN: go on where an upload of the same image was cut off. */
export const resumeFlag = 1;

/** STEP: the inputs of the step before once more, with what this frame brings on top. */
export const holdFlag = 1;
/** STEP: each input is an address and a value; else an address that stands for one spike. */
export const valuedFlag = 2;
/** STEP: more inputs follow; the step does not run yet. */
export const moreFlag = 4;

/** Bytes of a row of spikes, as an answer to STEP brings it: a bit a neuron, in whole words. */
export function spikeRowBytes(neurons: number): number {
  return 4 * Math.ceil(neurons / 32);
}

/** A rate other than the board's own falls back when nothing valid came for so many milliseconds. */
export const baudRateFallback = 3000;
