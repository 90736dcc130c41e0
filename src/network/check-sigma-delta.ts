/** Checks of a sigma-delta population: exponents and numbers that leave doubles exact. */
import { broken, checkInteger } from "./check-number.ts";
import { type SigmaDeltaPopulation, sizeOf } from "./network.ts";

const highestExponent = 16;
const highest = 2 ** 24;

/** Throws SPK-0704 for a population that contradicts itself. */
export function checkSigmaDelta(population: SigmaDeltaPopulation, where: string): void {
  const { shape, spikeExponent, stateExponent, threshold, bias } = population;
  checkInteger("spikeExponent", spikeExponent, 0, highestExponent, where);
  checkInteger("stateExponent", stateExponent, 0, highestExponent, where);
  checkInteger("threshold", threshold, 0, highest, where);
  if (![1, shape[0], sizeOf(shape)].includes(bias.length))
    throw broken(`bias has ${bias.length} values for the shape [${shape}]`, where);
  if (bias.some((value) => Math.abs(value) > highest)) throw broken(`a bias is beyond ${highest}`, where);
}
