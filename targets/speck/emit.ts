/** Placement to Image: configuration.json in the maker's attribute names, and manifest.json with names for its addresses. */
import type { Image } from "../../src/target/target.ts";
import type { SpeckChip } from "./chip.ts";
import { configurationOf } from "./configuration.ts";
import { configurationName } from "./device/configuration.ts";
import { type Manifest, manifestName } from "./manifest.ts";
import type { SpeckPlacement } from "./place.ts";

function manifestOf(chip: SpeckChip, placement: SpeckPlacement): Manifest {
  const { network, observed, simulator, layers, cores, camera, widened } = placement;
  return {
    target: chip.name,
    network: network.name,
    timesteps: network.timesteps,
    simulator,
    layers: layers.map(({ name, neurons }, index) => ({
      name,
      core: cores[index],
      shape: neurons,
      reported: observed.includes(name),
    })),
    input: { name: network.inputs[0].name, through: camera === null ? "core" : "sensor" },
    readout: { layer: network.readout.population, through: widened ? "readout" : "core" },
  };
}

export async function emit(chip: SpeckChip, placement: SpeckPlacement): Promise<Image> {
  const { layers, cores, camera, entry } = placement;
  const configuration = configurationOf(chip, {
    layers,
    cores,
    camera: camera === null ? null : { settings: camera.settings, layers: entry.layers },
  });
  const file = (name: string, value: unknown, indent?: number) => ({
    name,
    bytes: new TextEncoder().encode(`${JSON.stringify(value, null, indent)}\n`),
  });
  return {
    target: chip.name,
    artifacts: [file(configurationName, configuration), file(manifestName, manifestOf(chip, placement), 2)],
  };
}
