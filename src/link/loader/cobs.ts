/**
 * COBS: bytes without a zero, so that a zero can mean "end of frame" (Cheshire and Baker, Consistent Overhead Byte Stuffing,
 * 1999). A group is a code c and c - 1 bytes that are not zero; a zero follows it, unless c is 255 or the data ends.
 *
 * A full group of 254 bytes that ends the data is not followed by an empty one.
 */

const longestGroup = 254;

/** Bytes that `length` bytes can become, without the delimiter. */
export function longestEncoding(length: number): number {
  return length + Math.floor(length / longestGroup) + 1;
}

/** The data without zeros; the caller adds the delimiter. */
export function encodeCobs(data: Uint8Array): Uint8Array {
  const encoded = new Uint8Array(longestEncoding(data.length));
  let code = 0;
  let at = 1;
  for (let i = 0; i < data.length; i++) {
    if (data[i] !== 0) encoded[at++] = data[i];
    const group = at - code;
    if (data[i] !== 0 && (group <= longestGroup || i + 1 === data.length)) continue;
    encoded[code] = group;
    code = at++;
  }
  encoded[code] = at - code;
  return encoded.subarray(0, at);
}

/** The data again, or null where the groups do not fit together. */
export function decodeCobs(encoded: Uint8Array): Uint8Array | null {
  const data = new Uint8Array(encoded.length);
  let length = 0;
  for (let at = 0; at < encoded.length; ) {
    const code = encoded[at];
    const end = at + code;
    if (code === 0 || end > encoded.length) return null;
    for (at++; at < end; at++) {
      if (encoded[at] === 0) return null;
      data[length++] = encoded[at];
    }
    if (code <= longestGroup && end < encoded.length) data[length++] = 0;
  }
  return data.subarray(0, length);
}
