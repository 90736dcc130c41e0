/** Options of a conversion that native spiking networks have, and those that only networks of activations have. */
import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import { faithful, type Profile } from "../../network/fixed-point.ts";
import { wholeNumber } from "../numbers.ts";
import type { EventOptions } from "./event-samples.ts";

export interface SpikingChoices {
  readonly stateBits?: number;
  readonly decayBits?: number;
}

/** How finely a native network's neurons are counted. */
export function withSpikingOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--state-bits <bits>",
        `native networks: places of a membrane (default: ${faithful.fractionBits})`,
      ).argParser(wholeNumber(0, 20)),
    )
    .addOption(
      new Option(
        "--decay-bits <bits>",
        `native networks: places of a decay (default: ${faithful.decayBits})`,
      ).argParser(wholeNumber(1, 16)),
    )
    .option(
      "--quantizer <name>",
      "native networks: how the target's own tools make integers (spikec targets NAME)",
    );
}

export function profileOf({ stateBits, decayBits }: SpikingChoices): Profile {
  return {
    ...faithful,
    fractionBits: stateBits ?? faithful.fractionBits,
    decayBits: decayBits ?? faithful.decayBits,
  };
}

/** What a word of the command line is called: "vInit" is --v-init. */
const wordOf = (option: string) => `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** How events become samples: `EventOptions`. */
export const eventOptionNames = ["binWidth", "steps", "crop", "pool", "binary"] as const;

const ofNative = new Set(["dt", "preset", "stateBits", "decayBits", "quantizer", ...eventOptionNames]);
const ofActivations = new Set([
  "method",
  "vInit",
  "reset",
  "maxpool",
  "copies",
  "neurons",
  "explain",
  "targetAccuracy",
]);

function refuse(given: object, names: ReadonlySet<string>, kind: string, where: string): void {
  const idle = Object.entries(given).find(([name, value]) => names.has(name) && value !== undefined);
  if (idle !== undefined) throw new SpikecError("SPK-0002", `${wordOf(idle[0])} is for ${kind}`, { where });
}

/** Throws SPK-0002 for what only native spiking networks have. */
export function refuseNativeOptions(
  options: object & { input?: unknown; readout?: unknown },
  file: string,
): void {
  refuse(options, ofNative, "native spiking networks", file);
  const { input, readout } = options;
  for (const [word, value] of [
    ["--input", input],
    ["--readout", readout],
  ])
    if (value === "spikes" || value === "current" || value === "firstSpike")
      throw new SpikecError("SPK-0002", `${word} ${value} is for native spiking networks`, { where: file });
}

/** Throws SPK-0002 where nothing can hold the events that they are for. */
export function refuseIdleEventOptions(options: { readonly calib?: string } & EventOptions): void {
  const idle = eventOptionNames.find((name) => options[name] !== undefined);
  if (idle !== undefined && options.calib === undefined)
    throw new SpikecError("SPK-0002", `${wordOf(idle)} is for the events of --calib, and there is none`);
}

/** Throws SPK-0002 for what only networks of activations have. */
export function refuseActivationOptions(
  options: object & { input?: unknown; readout?: unknown },
  file: string,
): void {
  refuse(options, ofActivations, "networks of activations", file);
  const { input, readout } = options;
  for (const [word, value, native] of [
    ["--input", input, ["spikes", "current"]],
    ["--readout", readout, ["membrane", "count", "firstSpike"]],
  ] as const)
    if (value !== undefined && !native.some((one) => one === value)) {
      const what = `${word} ${value} is for networks of activations; native ones take ${native.join(" or ")}`;
      throw new SpikecError("SPK-0002", what, { where: file });
    }
}
