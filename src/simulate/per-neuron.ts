/** A parameter array of 1, channels or neurons values, spread over the neurons that read it. */
import { parameterIndex } from "../network/network.ts";

export function perNeuron(parameter: ArrayLike<number>, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => parameter[parameterIndex(i, size, parameter.length)]);
}
