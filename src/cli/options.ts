/** Options that several commands have, and parsers that say what they take. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { presetNames } from "../graph/discretization.ts";
import type { EngineKind } from "../simulate/engine-choice.ts";
import { findTarget } from "../target/registry.ts";
import { withRecipeOptions } from "./conversion/recipe-options.ts";
import { positiveNumber, wholeNumber } from "./numbers.ts";

export const targetOption = (fallback?: string): Option => {
  const option = new Option("--target <name>", "chip to compile for (see spikec targets)").argParser(
    (name: string) => findTarget(name),
  );
  return fallback === undefined
    ? option.makeOptionMandatory()
    : option.default(findTarget(fallback), fallback);
};

/** Of commands that get a network, which knows its chip. */
export const ownTargetOption = (): Option =>
  new Option("--target <name>", "chip; default: the one it was converted for").argParser((name: string) =>
    findTarget(name),
  );

export const limitOption = (): Option =>
  new Option("--limit <samples>", "use the first samples only").argParser(wholeNumber(1, 2 ** 31));

/** Wherever something is found out that a page can show. */
export const reportOption = (): Option =>
  new Option("--report <file>", "also write a page that shows it to people (.html)");

export const boardSamplesOption = (): Option =>
  new Option("--board-samples <count>", "samples that the chip runs too, every layer compared")
    .argParser(wholeNumber(1, 2 ** 31))
    .default(20);

const inputScale = (otherwise: string): Option =>
  new Option(
    "--input-scale <number>",
    `network input = file value / number, 255 for bytes of an image (default: ${otherwise})`,
  ).argParser(positiveNumber);

/** Of samples for a network that was made with a scale of its own. */
export const inputScaleOption = (): Option => inputScale("as the network was converted");

export interface EngineChoice {
  readonly engine: EngineKind;
  readonly threads: number;
}

/** How networks are simulated; results do not depend on it. */
export function withEngineOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--engine <kind>", "what simulates: made for the network, or the plain interpreter")
        .choices(["wasm", "reference"])
        .default("wasm"),
    )
    .option("--threads <count>", "threads that share the samples", wholeNumber(1, 256), 1);
}

/** "2,3": two whole numbers. */
function pairOf(low: number): (text: string) => readonly [number, number] {
  return (text) => {
    const [first, second, ...others] = text.split(",").map(wholeNumber(low, 65_535));
    if (second === undefined || others.length > 0)
      throw new InvalidArgumentError("Two whole numbers are needed, like 2,2.");
    return [first, second];
  };
}

/** How files of events become samples: see event-samples.ts. holders: the options whose files may hold them. */
export function withEventOptions(
  command: Command,
  holders = "--input holds",
  usualSteps = "as the network",
): Command {
  return command
    .option("--bin-width <time>", `${holders} events: a step in their unit of time`, positiveNumber)
    .option("--steps <T>", `events: steps of a sample (default: ${usualSteps})`, wholeNumber(1, 2 ** 24))
    .option("--crop <y,x>", "events: first pixel that the network sees", pairOf(0))
    .option("--pool <h,w>", "events: pixels that share an input", pairOf(1))
    .option("--binary", "events: one spike a step at most");
}

/** How the equations of a native spiking network become steps. */
export function withTimestepOptions(command: Command): Command {
  return command
    .option("--dt <seconds>", "length of a timestep, where the file does not say", positiveNumber)
    .addOption(
      new Option("--preset <framework>", "whose timesteps a native spiking network runs in").choices(
        presetNames,
      ),
    );
}

/** The options of a conversion, wherever one is made; encoderName: what its encoder option is called there. */
export function withConversionOptions(command: Command, encoderName = "input"): Command {
  return withRecipeOptions(withTimestepOptions(command))
    .option("--timesteps <T>", "steps for which input is applied", wholeNumber(1, 65_536), 16)
    .option("--calib <file>", "unlabelled inputs for calibration (.npy, .npz, IDX, CSV)")
    .addOption(inputScale("1").default(1, "1"))
    .addOption(
      new Option(`--${encoderName} <kind>`, "input encoder").choices([
        "analog",
        "rate",
        "poisson",
        "latency",
        "spikes",
        "current",
      ]),
    )
    .option("--weights <bits>", "bits of a weight", wholeNumber(2, 16), 8)
    .addOption(
      new Option("--readout <kind>", "what is read; count+v: counts, ties by membrane").choices([
        "membrane",
        "count",
        "count+v",
        "firstSpike",
      ]),
    )
    .addOption(
      new Option(
        "--neurons <kind>",
        "what a ReLU becomes; sigma-delta: changes sent as graded spikes",
      ).choices(["integrate-and-fire", "sigma-delta"]),
    )
    .option("--seed <number>", "seed of the poisson encoder", wholeNumber(0, 2 ** 32 - 1), 0);
}
