/** Placement to Image: the memory dump, the configuration for the maker's interface, and a manifest of names. */
import type { Image } from "../../src/target/target.ts";
import type { XyloChip } from "./chips.ts";
import type { XyloPlacement } from "./place.ts";
import { writeJson } from "./write-json.ts";
import { writeRam } from "./write-ram.ts";

export const manifestName = "manifest.json";

function manifestOf(chip: XyloChip, { network, allocation, observed }: XyloPlacement) {
  const { channels, hidden, outputs, first } = allocation;
  return {
    format: 1,
    target: chip.name,
    network: network.name,
    timesteps: network.timesteps,
    readout: { population: network.readout.population, read: network.readout.read },
    /** Input spikes of step t go to channels first .. first + size - 1 at step t + delay. */
    channels: channels.map(({ source, first: channel, size, delay, relay }) => ({
      source,
      first: channel,
      size,
      delay,
      ...(relay ? { spikesOfFirstStep: 2 } : {}),
    })),
    hidden: hidden.map(({ name, size }) => ({
      name,
      first: first.get(name),
      size,
      observed: observed.includes(name),
    })),
    outputs: outputs.map(({ name, size }) => ({ name, first: first.get(name), size })),
  };
}

export async function emit(chip: XyloChip, placement: XyloPlacement): Promise<Image> {
  const { configuration } = placement;
  const { inputNeurons, outputSourceNeurons } = chip.limits;
  const layout = {
    hiddenName: chip.hiddenName,
    inputColumns: inputNeurons,
    outputRows: outputSourceNeurons,
  };
  const manifest = `${JSON.stringify(manifestOf(chip, placement), null, 2)}\n`;
  return {
    target: chip.name,
    artifacts: [
      ...writeRam(configuration, inputNeurons, outputSourceNeurons),
      writeJson(configuration, layout),
      { name: manifestName, bytes: new TextEncoder().encode(manifest) },
    ],
  };
}
