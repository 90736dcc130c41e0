/**
 * A kernel computes one node for one sample. It is compiled once (weights widened to float64, tables of offsets laid
 * out) and then run for every sample on buffers that the caller owns.
 */

/** Reads one buffer per input, writes every value of `output`. All are row-major and in float64. */
export type Kernel = (inputs: readonly Float64Array[], output: Float64Array) => void;
