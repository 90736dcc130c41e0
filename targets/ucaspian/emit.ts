/**
 * Placement to Image: program.bin, the bytes that configure the chip, and manifest.json, which ties chip ids to names.
 *
 * The clear command leaves thresholds and output flags as they were (neuron.sv:255-260), so all 256 neurons are written.
 * The Image holds everything that the host needs to flash and run; same placement, same bytes.
 */
import type { Image } from "../../src/target/target.ts";
import { chip } from "./chip.ts";
import { clearConfiguration, configureNeuron, configureSynapse } from "./packets.ts";
import type { PlacedNeuron, UcaspianPlacement } from "./place.ts";

export const programName = "program.bin";
export const manifestName = "manifest.json";

/** An unused neuron: it has no synapses, receives nothing and reports nothing. */
const unused: PlacedNeuron = { threshold: 255, axonalDelay: 0, output: false, synapses: [] };

function neuronCommands(neurons: readonly PlacedNeuron[]): number[] {
  const bytes: number[] = [];
  let firstSynapse = 0;
  for (let neuron = 0; neuron < chip.limits.neurons; neuron++) {
    const { threshold, axonalDelay, output, synapses } = neurons[neuron] ?? unused;
    const count = synapses.length;
    const start = count === 0 ? 0 : firstSynapse;
    bytes.push(
      ...configureNeuron({ neuron, threshold, axonalDelay, output, firstSynapse: start, synapses: count }),
    );
    firstSynapse += count;
  }
  return bytes;
}

/** Each neuron's synapses lie side by side, in the order of the neurons. */
function synapseCommands(neurons: readonly PlacedNeuron[]): number[] {
  return neurons
    .flatMap(({ synapses }) => synapses)
    .flatMap(([target, weight], address) => configureSynapse(address, weight, target));
}

function manifestOf({ network, groups, neurons, observed }: UcaspianPlacement, bytes: number) {
  const synapses = neurons.reduce((total, neuron) => total + neuron.synapses.length, 0);
  const entryOf = ({ name, first, count }: UcaspianPlacement["groups"][number]) => ({
    name,
    first,
    count,
    axonalDelay: neurons
      .slice(first, first + count)
      .reduce((most, { axonalDelay }) => Math.max(most, axonalDelay), 0),
    reported: observed.includes(name),
  });
  return {
    format: 1,
    target: chip.name,
    network: network.name,
    timesteps: network.timesteps,
    readout: network.readout.population,
    /** Network step k is chip step k + firstStep; an input spike is this charge, given before its step. */
    firstStep: 1,
    inputCharge: 1,
    inputs: groups.filter(({ kind }) => kind === "input").map(entryOf),
    populations: groups.filter(({ kind }) => kind === "population").map(entryOf),
    neurons: neurons.length,
    synapses,
    program: { file: programName, bytes, acknowledgements: 1 + chip.limits.neurons + synapses },
  };
}

export async function emit(placement: UcaspianPlacement): Promise<Image> {
  const program = Uint8Array.from([
    ...clearConfiguration(),
    ...neuronCommands(placement.neurons),
    ...synapseCommands(placement.neurons),
  ]);
  const manifest = `${JSON.stringify(manifestOf(placement, program.length), null, 2)}\n`;
  return {
    target: chip.name,
    artifacts: [
      { name: programName, bytes: program },
      { name: manifestName, bytes: new TextEncoder().encode(manifest) },
    ],
  };
}
