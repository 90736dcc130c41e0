/**
 * Placement to Image: network.bin, what goes into a slot; manifest.json, which ties addresses to names; report.md, what every
 * layer takes of the board.
 */

import { SpikecError } from "../../src/errors/error.ts";
import { crc32 } from "../../src/link/loader/crc32.ts";
import { sizeOf } from "../../src/network/network.ts";
import type { Image } from "../../src/target/target.ts";
import { layerSizes } from "./fit.ts";
import { placeState } from "./image/arena.ts";
import type { McuPlacement } from "./place.ts";

export const networkName = "network.bin";
export const manifestName = "manifest.json";
export const reportName = "report.md";

interface Layer {
  readonly name: string;
  readonly first: number;
  readonly count: number;
}

export interface Manifest {
  readonly format: 1;
  readonly target: string;
  readonly network: string;
  readonly timesteps: number;
  readonly readout: string;
  readonly inputs: readonly Layer[];
  /** membranes: their offset in the board's arena. */
  readonly populations: readonly (Layer & { readonly reported: boolean; readonly membranes: number })[];
  readonly image: { readonly file: string; readonly bytes: number; readonly crc: number };
}

function manifestOf({ network, first, observed, bytes, target, parts }: McuPlacement): Manifest {
  const states = placeState(parts).layers.slice(network.inputs.length);
  const layerOf = ({ name, shape }: { name: string; shape: readonly number[] }): Layer => ({
    name,
    first: first.get(name)!,
    count: sizeOf(shape),
  });
  return {
    format: 1,
    target,
    network: network.name,
    timesteps: network.timesteps,
    readout: network.readout.population,
    inputs: network.inputs.map(layerOf),
    populations: network.populations.map((one, index) => ({
      ...layerOf(one),
      reported: observed.includes(one.name),
      membranes: states[index].membranes,
    })),
    image: { file: networkName, bytes: bytes.length, crc: crc32(bytes) },
  };
}

function reportOf({ network, parts, bytes, report, target }: McuPlacement): string {
  const rows = layerSizes(network, parts).map(({ layer, flash, ram }) => `| ${layer} | ${flash} | ${ram} |`);
  const tables = bytes.length - layerSizes(network, parts).reduce((sum, { flash }) => sum + flash, 0);
  const totals = report.uses.map(({ resource, used, limit }) => `- ${resource}: ${used} of ${limit}`);
  return [
    `# ${network.name} on ${target}`,
    "",
    "Weights, parameters and state, counted from the image (exact). RAM: 4 bytes a neuron, and a bit a neuron for each step kept.",
    "The firmware itself is not in these numbers.",
    "",
    "| layer | flash bytes | RAM bytes |",
    "|---|---|---|",
    ...rows,
    `| tables and golden spikes | ${tables} | 0 |`,
    "",
    ...totals,
    "",
  ].join("\n");
}

export async function emit(placement: McuPlacement): Promise<Image> {
  const text = (content: string) => new TextEncoder().encode(content);
  return {
    target: placement.target,
    artifacts: [
      { name: networkName, bytes: placement.bytes },
      { name: manifestName, bytes: text(`${JSON.stringify(manifestOf(placement), null, 2)}\n`) },
      { name: reportName, bytes: text(reportOf(placement)) },
    ],
  };
}

/** What the host needs of an Image. Throws SPK-0404 for an image of another target, or one that is damaged. */
export function readImage(
  image: Image,
  target: string,
): { readonly bytes: Uint8Array; readonly manifest: Manifest } {
  const damaged = (what: string, cause?: unknown) =>
    new SpikecError("SPK-0404", what, { where: manifestName, cause });
  if (image.target !== target)
    throw new SpikecError("SPK-0404", `the image is for ${image.target}, the board is a ${target}`);
  const artifact = (name: string) => image.artifacts.find((one) => one.name === name)?.bytes;
  const [bytes, manifestBytes] = [artifact(networkName), artifact(manifestName)];
  if (bytes === undefined || manifestBytes === undefined)
    throw damaged(`the image lacks ${bytes === undefined ? networkName : manifestName}`);
  let manifest: Manifest;
  try {
    manifest = JSON.parse(new TextDecoder().decode(manifestBytes));
  } catch (cause) {
    throw damaged("the manifest is no JSON", cause);
  }
  if (!Array.isArray(manifest?.inputs) || !Array.isArray(manifest.populations))
    throw damaged("the manifest lists no layers");
  if (manifest.image?.crc !== crc32(bytes))
    throw damaged(`${networkName} is not the one that the manifest was written for`);
  return { bytes, manifest };
}
