/** manifest.json: which simulator an image is meant for, and which events are which neurons. Checked as it is read. */
import { SpikecError } from "../../src/errors/error.ts";

export const manifestName = "manifest.json";

/** timestep: sinabs' time-stepped model. event: one comparison an event, as on the chip. */
export type SimulatorName = "timestep" | "event";
export const simulatorNames: readonly SimulatorName[] = ["timestep", "event"];

export interface ManifestLayer {
  readonly name: string;
  readonly core: number;
  /** [features, height, width] of its neurons, before pooling. */
  readonly shape: readonly number[];
  /** Its spikes are reported, by the core itself or by the readout. */
  readonly reported: boolean;
}

export interface Manifest {
  readonly target: string;
  readonly network: string;
  readonly timesteps: number;
  readonly simulator: SimulatorName;
  /** In the order in which their neurons leak. */
  readonly layers: readonly ManifestLayer[];
  readonly input: { readonly name: string; readonly through: "core" | "sensor" };
  readonly readout: { readonly layer: string; readonly through: "core" | "readout" };
}

function refuse(what: string): never {
  throw new SpikecError("SPK-0404", `the manifest is unusable: ${what}`, { where: manifestName });
}

/** Throws SPK-0404 for anything that `emit` would not write. */
export function parseManifest(bytes: Uint8Array): Manifest {
  let manifest: Partial<Manifest> | null;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    refuse("it is no JSON");
  }
  if (manifest === null || typeof manifest !== "object") refuse("it is no object");
  const { simulator, layers } = manifest;
  if (!simulatorNames.some((name) => name === simulator)) refuse(`simulator ${JSON.stringify(simulator)}`);
  if (!Array.isArray(layers) || !layers.every((layer) => Number.isInteger(layer?.core))) refuse("its layers");
  return manifest as Manifest;
}
