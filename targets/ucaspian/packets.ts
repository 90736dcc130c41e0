/**
 * Commands to the board, as bytes: what the host says. The virtual board has its own decoder (device.ts).
 * Formats: packet_interface.sv:112-358, ORNL/uCaspian 185c31a.
 */

/** One neuron's configuration; `axonalDelay` D: its spikes arrive D + 1 steps after it fired. */
export interface NeuronCommand {
  readonly neuron: number;
  readonly threshold: number;
  readonly axonalDelay: number;
  readonly output: boolean;
  readonly firstSynapse: number;
  readonly synapses: number;
}

export const neuronCommandLength = 7;
export const synapseCommandLength = 5;

export function clearActivity(): number[] {
  return [0x04];
}

export function clearConfiguration(): number[] {
  return [0x05];
}

/** Nothing is done and nothing is answered; completes a command that was cut off. */
export function noOperation(): number[] {
  return [0x00];
}

export function configureNeuron(command: NeuronCommand): number[] {
  return [
    0x08,
    command.neuron,
    command.threshold,
    (command.axonalDelay << 4) | (command.output ? 0x08 : 0),
    command.firstSynapse >> 8,
    command.firstSynapse & 0xff,
    command.synapses,
  ];
}

/** weight: -128..127. */
export function configureSynapse(address: number, weight: number, target: number): number[] {
  return [0x10, address >> 8, address & 0xff, weight & 0xff, target];
}

/** Adds value (0..255) to neuron 0..127, for the next step. */
export function charge(neuron: number, value: number): number[] {
  return [0x80 | neuron, value];
}

/** Advances 1..255 steps. */
export function advance(steps: number): number[] {
  return [0x01, steps];
}

export function readMetric(address: number): number[] {
  return [0x02, address];
}
