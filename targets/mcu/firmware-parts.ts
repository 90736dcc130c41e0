/**
 * Parts of the law that a firmware may be built without. Networks of analog layers, and plain leaky neurons, need none of them:
 * for these there is a small firmware, `core`, beside the `whole` one. The image says what it needs and HELLO what is there.
 */
import { SpikecError } from "../../src/errors/error.ts";
import { headerAt, parts } from "./image/format.ts";

export const partNames: Readonly<Record<keyof typeof parts, string>> = {
  sparse: "sparse connections",
  decays: "decays with a factor for each neuron, a tail, or another rounding than half away from zero",
  resets: "resets to a value, or by another amount than the threshold",
  ranges: "floors, and states that wrap",
};

/** Firmwares by name, smallest first: the parts that each has. */
export const firmwareParts = { core: 0, whole: 15 } as const;
export type FirmwareName = keyof typeof firmwareParts;

export const allParts = firmwareParts.whole;

/** Throws SPK-0002 for other names. */
export function firmwareNamed(name: string): FirmwareName {
  if (Object.hasOwn(firmwareParts, name)) return name as FirmwareName;
  const advice = `There are: ${Object.keys(firmwareParts).join(", ")}.`;
  throw new SpikecError("SPK-0002", `there is no firmware "${name}"`, { advice });
}

/** The parts that a network image needs. */
export function partsNeeded(image: Uint8Array): number {
  return new DataView(image.buffer, image.byteOffset, image.length).getUint32(headerAt.parts, true);
}

/** The names of parts that are needed and not there. */
export function partsMissing(needed: number, there: number): string[] {
  return (Object.keys(parts) as (keyof typeof parts)[])
    .filter((part) => (needed & ~there & parts[part]) !== 0)
    .map((part) => partNames[part]);
}

/** The first of these firmwares, smallest first, that has all parts. */
export function smallestFirmware(needed: number, names: readonly FirmwareName[]): FirmwareName {
  return names.find((name) => (needed & ~firmwareParts[name]) === 0) ?? "whole";
}
