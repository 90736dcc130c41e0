/**
 * Placement to Image: program.bin, the SPI frames that configure the chip; reset.bin, those that set the membranes back; and
 * manifest.json, which ties addresses to names.
 *
 * Order matters. Memories can be reached while GATE_ACTIVITY is 1 only. A write to a neuron evaluates the old word, and with
 * OPEN_LOOP 0 would queue its spike: so OPEN_LOOP is 1 first and 0 last, and the gate opens after that.
 */
import type { Image } from "../../src/target/target.ts";
import { type FamilyChip, neuronCount, type PlacedNeuron } from "./chip.ts";
import { gateActivity, openLoop, writeNeuronByte, writeRegister, writeSynapseByte } from "./frames.ts";
import type { FamilyPlacement } from "./place.ts";

export const programName = "program.bin";
export const resetName = "reset.bin";
export const manifestName = "manifest.json";

const closed = [...writeRegister(gateActivity, 1), ...writeRegister(openLoop, 1)];
const opened = [...writeRegister(openLoop, 0), ...writeRegister(gateActivity, 0)];

function neuronFrames(family: FamilyChip, neurons: readonly PlacedNeuron[]): number[] {
  const threshold = family.chip.rules.threshold.high;
  const unused: PlacedNeuron = { threshold, vInit: 0, leak: 0, enabled: false, weights: new Map() };
  return Array.from({ length: family.programmed(neurons.length) }, (_, address) =>
    family
      .wordOf(neurons[address] ?? unused)
      .flatMap(([byte, value, mask]) => writeNeuronByte(address, byte, value, mask)),
  ).flat();
}

/** Rows of the neurons that can spike: each target that is processed has its nibble, 0 where nothing leads to it. */
function synapseFrames(family: FamilyChip, neurons: readonly PlacedNeuron[]): number[] {
  const frames: number[] = [];
  const targets = Math.min(neuronCount, 2 * Math.ceil(family.programmed(neurons.length) / 2));
  neurons.forEach(({ weights }, source) => {
    const nibble = (target: number) => {
      const weight = weights.get(target);
      return weight === undefined ? 0 : family.nibbleOf(weight);
    };
    for (let target = 0; target < targets; target += 2)
      frames.push(...writeSynapseByte(source, target, nibble(target) | (nibble(target + 1) << 4)));
  });
  return frames;
}

function resetFrames(family: FamilyChip, neurons: readonly PlacedNeuron[]): number[] {
  return neurons.flatMap(({ enabled, vInit }, address) =>
    enabled
      ? family.membraneOf(vInit).flatMap(([byte, value, mask]) => writeNeuronByte(address, byte, value, mask))
      : [],
  );
}

function manifestOf(family: FamilyChip, { network, groups, observed }: FamilyPlacement) {
  const entryOf = ({ name, first, neurons, copies }: FamilyPlacement["groups"][number]) => ({
    name,
    first,
    neurons,
    copies,
    reported: observed.includes(name),
  });
  return {
    format: 1,
    target: family.chip.name,
    network: network.name,
    timesteps: network.timesteps,
    readout: network.readout.population,
    /** A spike of an input neuron is one event for each of its addresses, in order, each when the chip is idle. */
    inputs: groups.filter(({ kind }) => kind === "input").map(entryOf),
    populations: groups.filter(({ kind }) => kind === "population").map(entryOf),
  };
}

export async function emit(family: FamilyChip, placement: FamilyPlacement): Promise<Image> {
  const { neurons } = placement;
  const program = [
    ...closed,
    ...family.registers(neurons).flatMap(([register, value]) => writeRegister(register, value)),
  ];
  const parts = [program, neuronFrames(family, neurons), synapseFrames(family, neurons), opened];
  const manifest = `${JSON.stringify(manifestOf(family, placement), null, 2)}\n`;
  return {
    target: family.chip.name,
    artifacts: [
      { name: programName, bytes: Uint8Array.from(parts.flat()) },
      {
        name: resetName,
        bytes: Uint8Array.from([...closed, ...resetFrames(family, neurons), ...opened]),
      },
      { name: manifestName, bytes: new TextEncoder().encode(manifest) },
    ],
  };
}
