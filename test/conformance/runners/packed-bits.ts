/** The bit at `index` of what numpy.packbits made: the first stands in the highest place of its byte. */
export function bitAt(packed: Uint8Array, index: number): number {
  return (packed[index >> 3] >> (7 - (index & 7))) & 1;
}
