/**
 * The clock that a network needs to keep up with real time: cycles of a timestep in the worst case, where every channel and every
 * neuron spikes (Rockpool 42cee1c, rockpool/devices/xylo/syns{61201,63300}/power_cycles_model.py), and 20 % more.
 */
import type { XyloConfiguration } from "./configuration.ts";

const margin = 1.2;

export interface ClockEstimate {
  readonly cyclesPerStep: number;
  readonly hertz: number;
}

/** wide: input and output weights are walked through for all hidden neurons (Audio 2), not only for those that have some. */
export function estimateClock(configuration: XyloConfiguration, wide: boolean): ClockEstimate {
  const { inputSynapses, hiddenSynapses, outputSynapses } = configuration;
  const [inputs, hidden, outputs] = [
    inputSynapses.length,
    configuration.hidden.length,
    configuration.outputs.length,
  ];
  const withInput = wide
    ? hidden
    : new Set(inputSynapses.flatMap((row) => row.map(({ target }) => target))).size;
  const withOutput = wide ? hidden : outputSynapses.filter((row) => row.length > 0).length;
  const fanOut = hiddenSynapses.reduce((sum, row) => sum + row.length, 0) / hidden;
  const cyclesPerStep =
    inputs * (3.5 * withInput + 1) +
    hidden * (7 * fanOut + 3) +
    withOutput * (1 + 8 * outputs) +
    hidden * (19 + 3) +
    12 * outputs;
  return { cyclesPerStep, hertz: (margin * cyclesPerStep) / configuration.dt };
}
