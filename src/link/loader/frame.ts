/**
 * Frames of the loader protocol: COBS(operation u8, sequence u16, payload, CRC-32 of all that) and a zero. A frame that is
 * damaged is dropped in silence: whoever waits for its answer asks again.
 */
import { decodeCobs, encodeCobs, longestEncoding } from "./cobs.ts";
import { crc32 } from "./crc32.ts";

export interface Frame {
  /** Bit 7 is set in answers. */
  readonly operation: number;
  readonly sequence: number;
  readonly payload: Uint8Array;
}

const headBytes = 3;
const checkBytes = 4;
/** Bytes of a frame besides its payload, before COBS. */
export const frameOverhead = headBytes + checkBytes;

/** The frame's bytes with its delimiter. */
export function encodeFrame({ operation, sequence, payload }: Frame): Uint8Array {
  const body = new Uint8Array(payload.length + frameOverhead);
  const view = new DataView(body.buffer);
  body[0] = operation;
  view.setUint16(1, sequence, true);
  body.set(payload, headBytes);
  const end = headBytes + payload.length;
  view.setUint32(end, crc32(body.subarray(0, end)), true);
  const encoded = encodeCobs(body);
  const bytes = new Uint8Array(encoded.length + 1);
  bytes.set(encoded);
  return bytes;
}

/** The frame between two delimiters, or null when it is damaged. */
function decodeFrame(encoded: Uint8Array): Frame | null {
  const body = decodeCobs(encoded);
  if (body === null || body.length < frameOverhead) return null;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const end = body.length - checkBytes;
  if (view.getUint32(end, true) !== crc32(body.subarray(0, end))) return null;
  return { operation: body[0], sequence: view.getUint16(1, true), payload: body.slice(headBytes, end) };
}

export interface FrameReader {
  /** The frames that these bytes complete; they may be cut anywhere. */
  push(bytes: Uint8Array): Frame[];
  /** Frames that were dropped because they were damaged or too long. */
  damaged(): number;
}

/** longestFrame: bytes of a frame before COBS; what is longer is dropped, so that garbage cannot fill the memory. */
export function createFrameReader(longestFrame: number): FrameReader {
  const partial = new Uint8Array(longestEncoding(longestFrame));
  let length = 0;
  let damaged = 0;

  function end(): Frame | null {
    const encoded = partial.subarray(0, Math.min(length, partial.length));
    const whole = length <= partial.length;
    const empty = length === 0;
    length = 0;
    // Two zeros in a row are no frame: senders put one in front, to end what garbage began.
    if (empty) return null;
    const frame = whole ? decodeFrame(encoded) : null;
    if (frame === null) damaged++;
    return frame;
  }

  return {
    push(bytes) {
      const frames: Frame[] = [];
      for (let i = 0; i < bytes.length; i++) {
        const byte = bytes[i];
        if (byte !== 0) {
          if (length < partial.length) partial[length] = byte;
          length++;
          continue;
        }
        const frame = end();
        if (frame !== null) frames.push(frame);
      }
      return frames;
    },
    damaged: () => damaged,
  };
}
