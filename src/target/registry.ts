/**
 * Every chip that spikec knows. Adding one is a folder under targets/ and a line here; only the command line reads this.
 * A chip's code is loaded when somebody asks for the chip: most commands need one or none.
 */
import { SpikecError } from "../errors/error.ts";
import type { Target } from "./target.ts";

interface Entry {
  readonly name: string;
  load(): Promise<Target>;
}

const entries: readonly Entry[] = [
  { name: "generic", load: async () => (await import("../../targets/generic/index.ts")).generic },
  { name: "ucaspian", load: async () => (await import("../../targets/ucaspian/index.ts")).ucaspian },
  { name: "odin", load: async () => (await import("../../targets/odin/index.ts")).odin },
  { name: "tinyodin", load: async () => (await import("../../targets/tinyodin/index.ts")).tinyodin },
  { name: "ranc", load: async () => (await import("../../targets/ranc/index.ts")).ranc },
  { name: "loihi2", load: async () => (await import("../../targets/loihi2/index.ts")).loihi2 },
  { name: "loihi1", load: async () => (await import("../../targets/loihi2/index.ts")).loihi1 },
  { name: "speck2f", load: async () => (await import("../../targets/speck/index.ts")).speck2f },
  { name: "speck2e", load: async () => (await import("../../targets/speck/index.ts")).speck2e },
  {
    name: "dynapcnndevkit",
    load: async () => (await import("../../targets/speck/index.ts")).dynapcnndevkit,
  },
  { name: "xylo-audio3", load: async () => (await import("../../targets/xylo/index.ts")).xyloAudio3 },
  { name: "xylo-audio2", load: async () => (await import("../../targets/xylo/index.ts")).xyloAudio2 },
  { name: "xylo-imu", load: async () => (await import("../../targets/xylo/index.ts")).xyloImu },
  ...["rp2040", "cortex-m0", "cortex-m3", "cortex-m4", "rv32", "avr328p"].map((name) => ({
    name,
    load: async () => (await import("../../targets/mcu/index.ts")).mcuTarget(name),
  })),
];

export function allTargets(): Promise<readonly Target[]> {
  return Promise.all(entries.map(({ load }) => load()));
}

/** Throws SPK-0406 with the names that exist. */
export async function findTarget(name: string): Promise<Target> {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry.load();
  const names = entries.map((candidate) => candidate.name).join(", ");
  throw new SpikecError("SPK-0406", `there is no target "${name}"`, { advice: `Known targets: ${names}.` });
}
