/**
 * manifest.json: what lava-dl is told beside the file, and which chip addresses are which neurons. Written by `emit`, read by
 * whoever runs the image; checked as it is read.
 */
import { SpikecError } from "../../src/errors/error.ts";

export const netName = "network.net";
export const manifestName = "manifest.json";

export interface ManifestLayer {
  readonly name: string;
  readonly first: number;
  readonly count: number;
  /** Its spikes are reported. */
  readonly reported: boolean;
  /** The variable of Lava that is reported after the last step, as its membranes; null: none. */
  readonly shown: "v" | "act" | "sigma" | null;
}

export interface Manifest {
  readonly target: string;
  readonly mode: "lava" | "nengo";
  readonly net: string;
  readonly steps: number;
  /** Arguments of lava.lib.dl.netx.hdf5.Network, under its names. */
  readonly netx: {
    readonly input_message_bits: number;
    readonly reset_interval: number | null;
    readonly reset_offset: number;
    readonly spike_exp: number;
  };
  readonly input: { readonly name: string; readonly count: number };
  readonly layers: readonly ManifestLayer[];
}

function refuse(what: string): never {
  throw new SpikecError("SPK-0404", `the manifest is unusable: ${what}`, { where: manifestName });
}

const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;

/** Throws SPK-0404 for anything that `emit` would not write. */
export function parseManifest(bytes: Uint8Array): Manifest {
  let manifest: Partial<Manifest> | null;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    refuse("it is no JSON");
  }
  if (manifest === null || typeof manifest !== "object") refuse("it is no object");
  const { mode, netx, input, layers } = manifest;
  if (mode !== "lava" && mode !== "nengo") refuse(`mode ${JSON.stringify(mode)}`);
  if (!isCount(netx?.input_message_bits) || !isCount(netx.reset_offset) || !isCount(netx.spike_exp))
    refuse("its netx arguments");
  if (netx.spike_exp > 16) refuse(`spike_exp ${netx.spike_exp}`);
  if (netx.reset_interval !== null && !(isCount(netx.reset_interval) && netx.reset_interval > 0))
    refuse("its reset_interval");
  if (!isCount(input?.count)) refuse("its input");
  if (!Array.isArray(layers)) refuse("its layers");
  for (const layer of layers)
    if (
      !isCount(layer?.first) ||
      !isCount(layer?.count) ||
      !["v", "act", "sigma", null].includes(layer.shown)
    )
      refuse("its layers");
  return manifest as Manifest;
}
