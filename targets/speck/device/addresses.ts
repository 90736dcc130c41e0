/**
 * Addresses of events as one number, from the fields of samna's events: where (a core, the readout, the sensor), feature, y and x.
 * Both sides of the wire that is not there use them: the target to build a stimulus, the device to read it.
 */

/** Beside the cores 0..8 and the readout, 12. */
export const sensor = 13;

export interface EventAddress {
  /** Core, readout or sensor. */
  readonly layer: number;
  readonly feature: number;
  readonly row: number;
  readonly column: number;
}

/** {layer 4, feature 10, y 7, x 7} in 28 bits. */
export function addressOf({ layer, feature, row, column }: EventAddress): number {
  return (layer << 24) | (feature << 14) | (row << 7) | column;
}

export function readAddress(address: number): EventAddress {
  return {
    layer: address >>> 24,
    feature: (address >>> 14) & 0x3ff,
    row: (address >>> 7) & 0x7f,
    column: address & 0x7f,
  };
}
