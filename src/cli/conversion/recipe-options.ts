/** The options of a conversion that choose its recipe, and what they say to the lowering. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { mostCopies } from "../../lower/copies.ts";
import type { MaxPoolKind, Method, RecipeOptions } from "../../lower/recipe.ts";
import { wholeNumber } from "../numbers.ts";

/** As on the command line, and as a network's provenance holds them. */
export interface RecipeChoices {
  readonly method?: string;
  readonly perChannel?: boolean;
  readonly perLayer?: boolean;
  readonly vInit?: number;
  readonly biasCorrect?: boolean;
  readonly reset?: "subtract" | "zero";
  readonly maxpool?: MaxPoolKind;
  readonly copies?: number;
}

function methodOf(text: string): Method {
  const [kind, percent] = text.split(":");
  if ((kind === "search" || kind === "mse" || kind === "max") && percent === undefined) return { kind };
  const value = percent === undefined || percent === "" ? Number.NaN : Number(percent);
  if (kind === "percentile" && value > 0 && value <= 100) return { kind, percent: value };
  throw new InvalidArgumentError("search, mse, max or percentile:P with P above 0 and up to 100 is needed.");
}

/** Checks, and keeps the text: provenance holds what was written. */
function methodArgument(text: string): string {
  methodOf(text);
  return text;
}

function shareArgument(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError("A share of the threshold from 0 to 1 is needed.");
  return value;
}

export function withRecipeOptions(command: Command): Command {
  return command
    .option("--method <kind>", "how thresholds are chosen: search, mse, percentile:P or max", methodArgument)
    .addOption(new Option("--per-channel", "a threshold for each channel (default)").conflicts("perLayer"))
    .addOption(
      new Option("--per-layer", "one threshold and one weight scale a layer").conflicts("perChannel"),
    )
    .option("--v-init <share>", "where membranes start, in thresholds", shareArgument)
    .option("--bias-correct", "move biases by what rates lack in the mean (default)")
    .option("--no-bias-correct", "leave biases as they are in the model")
    .addOption(
      new Option("--reset <kind>", "what a spike does to its membrane").choices(["subtract", "zero"]),
    )
    .addOption(new Option("--maxpool <kind>", "what a MaxPool becomes").choices(["count", "inhibit", "or"]))
    .option(
      "--copies <n>",
      "neurons for each activation: more levels in fewer timesteps",
      wholeNumber(1, mostCopies),
    );
}

/** What was not asked for is left to the lowering. */
export function recipeOf(choices: RecipeChoices): RecipeOptions {
  const { method, perLayer, vInit, biasCorrect, reset, maxpool, copies } = choices;
  return {
    method: method === undefined ? undefined : methodOf(method),
    scales: perLayer ? "layer" : "channel",
    vInit,
    biasCorrection: biasCorrect,
    reset,
    maxPool: maxpool,
    copies,
  };
}
