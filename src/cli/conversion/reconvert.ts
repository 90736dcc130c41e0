/**
 * The conversion that made a network, again with other timesteps: its provenance holds the options, and the parser of
 * `convert` reads them as it did then.
 */
import { Command } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { Network } from "../../network/network.ts";
import { findTarget } from "../../target/registry.ts";
import type { Target } from "../../target/target.ts";
import { provenanceOption } from "../boards/place-network.ts";
import { withSpikingOptions } from "../native/spiking-options.ts";
import { withConversionOptions, withEventOptions } from "../options.ts";
import type { ConvertOptions } from "./convert-model.ts";

/** The chip that the network was converted for, as its provenance says. */
export function targetOf(network: Network): Promise<Target> {
  return findTarget(provenanceOption(network, "target") ?? "generic");
}

/** "inputScale" as a word of the command line: "--input-scale". */
function wordOf(option: string): string {
  return `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function wordsOf(option: string, value: string): string[] {
  if (value === "true") return [wordOf(option)];
  return value === "false" ? [wordOf(`no-${option}`)] : [wordOf(option), value];
}

/** Throws SPK-0002 for a network whose provenance is none that `convert` writes. */
export function conversionOptionsOf(network: Network, calib: string): ConvertOptions {
  const command = withEventOptions(withSpikingOptions(withConversionOptions(new Command())))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  const words = network.provenance.options
    .filter(([name]) => name !== "target")
    .flatMap(([name, value]) => wordsOf(name, value));
  if (words.length === 0)
    throw new SpikecError("SPK-0002", "the network does not say how it was converted", {
      where: network.name,
    });
  try {
    command.parse([...words, "--calib", calib], { from: "user" });
  } catch (cause) {
    throw new SpikecError(
      "SPK-0002",
      `the network was converted with options unknown here: ${(cause as Error).message}`,
      {
        where: network.name,
        cause,
      },
    );
  }
  return command.opts();
}
