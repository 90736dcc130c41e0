/**
 * Starting membranes that differ from neuron to neuron of a map, in a chequered pattern. Neighbours have much the same
 * activation, and with the same starting membrane they all round to the same count: the next kernel, which adds them up, sees
 * their errors add up, too. Half of them an eighth of a threshold above and half below, they round to different counts whose sum
 * is nearer to the truth, as a picture in black and white shows greys by dithering (Ulichney, Digital Halftoning, 1987).
 *
 * A maximum adds nothing up and picks what rounded upwards: no map under a MaxPool is dithered, as an OR, a count or inhibition.
 */
import { type Shape, sizeOf } from "../../network/network.ts";

/** Of a threshold, to either side. */
export const ditherShare = 1 / 8;

/** 1 or -1 for each neuron of a map [channels, height, width]. */
export function chequered(shape: Shape): Int8Array {
  const [, height, width] = shape;
  return Int8Array.from({ length: sizeOf(shape) }, (_, neuron) => {
    const place = neuron % (height * width);
    return (Math.floor(place / width) + (place % width)) % 2 === 0 ? -1 : 1;
  });
}

/** Where the membrane of a neuron starts: `sign` 1, 0 or -1. */
export function ditheredStart(vInit: number, threshold: number, sign: number): number {
  return Math.min(threshold, Math.max(0, vInit + sign * Math.floor(threshold * ditherShare)));
}
