/** Every chip that spikec knows. Adding one is a folder under targets/ and a line here; only the command line reads this. */
import { generic } from "../../targets/generic/index.ts";
import { ucaspian } from "../../targets/ucaspian/index.ts";
import { SpikecError } from "../errors/error.ts";
import type { Target } from "./target.ts";

export const targets: readonly Target[] = [generic, ucaspian];

/** Throws SPK-0406 with the names that exist. */
export function findTarget(name: string): Target {
  const target = targets.find((candidate) => candidate.name === name);
  if (target !== undefined) return target;
  const names = targets.map((candidate) => candidate.name).join(", ");
  throw new SpikecError("SPK-0406", `there is no target "${name}"`, { advice: `Known targets: ${names}.` });
}
