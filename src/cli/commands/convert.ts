/** convert: a trained model becomes a network of integers, written as .spk. */
import { type Command, InvalidArgumentError, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import { encodeNetwork } from "../../network/spk/spk.ts";
import { type Fitting, fittingOf } from "../../target/fit.ts";
import type { Target } from "../../target/target.ts";
import { action, type Context, examples } from "../command.ts";
import {
  type Converted,
  type ConvertOptions,
  convertJson,
  convertModel,
  layerTable,
} from "../conversion/convert-model.ts";
import { explanationText } from "../conversion/explain-conversion.ts";
import { type AccuracyFound, convertForAccuracy, tryTable } from "../conversion/target-accuracy.ts";
import { fitText, warnOfRefusal } from "../conversion/tell-fit.ts";
import { refuseFolder, writeWhole } from "../files.ts";
import {
  convertSpiking,
  type SpikingConvertOptions,
  spikingJson,
  spikingTable,
} from "../native/convert-spiking.ts";
import type { EventOptions } from "../native/event-samples.ts";
import { isSpikingFile } from "../native/spiking-files.ts";
import {
  refuseActivationOptions,
  refuseIdleEventOptions,
  withSpikingOptions,
} from "../native/spiking-options.ts";
import { wholeNumber } from "../numbers.ts";
import {
  limitOption,
  reportOption,
  targetOption,
  withConversionOptions,
  withEventOptions,
} from "../options.ts";
import { reportConversion, reportNative } from "../reports/report-conversion.ts";
import { withFailureReport } from "../reports/report-model.ts";
import type { CommonOptions } from "../terminal.ts";
import { percentText } from "../text.ts";

interface Options extends CommonOptions, ConvertOptions, EventOptions {
  readonly output: string;
  readonly target: Target;
  readonly targetAccuracy?: number;
  readonly mostTimesteps?: number;
  readonly samples?: string;
  readonly labels?: string;
  readonly limit?: number;
  readonly report?: string;
  readonly strict?: boolean;
}

/** T up to which an accuracy is looked for unless told. */
const usualMostTimesteps = 64;

function accuracyArgument(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError("A fraction above 0 and up to 1 is needed.");
  return value;
}

/** Accuracy is measured on labelled samples; without a target accuracy nothing is measured. */
function refuseIdleOptions({ targetAccuracy, samples, labels, mostTimesteps, limit }: Options): void {
  const complete = samples !== undefined && labels !== undefined;
  if (targetAccuracy !== undefined && !complete)
    throw new SpikecError("SPK-0002", "--target-accuracy is measured: it needs --samples and --labels");
  const idle = Object.entries({ samples, labels, "most-timesteps": mostTimesteps, limit }).find(
    ([, value]) => value !== undefined,
  );
  if (targetAccuracy === undefined && idle !== undefined)
    throw new SpikecError("SPK-0002", `--${idle[0]} is for --target-accuracy, and there is none`);
}

/** The network at the timesteps asked for, or at the fewest that reach the accuracy asked for. */
async function convertAsAsked(
  context: Context,
  file: string,
  options: Options,
): Promise<{ converted: Converted; found: AccuracyFound | null }> {
  const { target, targetAccuracy, samples: input, labels, limit, inputScale } = options;
  if (targetAccuracy === undefined || input === undefined)
    return { converted: await convertModel(context, file, target, options), found: null };
  const found = await convertForAccuracy(context, file, target, options, {
    accuracy: targetAccuracy,
    mostTimesteps: options.mostTimesteps ?? usualMostTimesteps,
    samples: { input, labels, limit, inputScale },
  });
  return { converted: found.converted, found };
}

function foundText({ tries, original }: AccuracyFound): string {
  return `${tryTable(tries)}\noriginal ${percentText(original)}\n\n`;
}

/** The network is written either way: it can be simulated, and what would make it fit may lie outside the conversion. */
function refuseUnfit({ refusal }: Fitting, strict = false): void {
  if (strict && refusal !== null) throw refusal;
}

/** A native spiking network: neurons as they are, in integers. */
async function convertNative(context: Context, file: string, options: Options): Promise<void> {
  const { terminal } = context;
  const { target, output, strict } = options;
  refuseActivationOptions(options, file);
  refuseIdleEventOptions(options);
  const converted = await withFailureReport(context, file, options.report, () =>
    convertSpiking(context, file, target, options as SpikingConvertOptions),
  );
  await writeWhole(output, encodeNetwork(converted.network));
  for (const { level, where, text } of converted.notes)
    if (level === "warning") terminal.log(`warning: ${where}: ${text}`);
  const fitting = fittingOf(target, converted.network);
  warnOfRefusal(terminal, fitting, strict);
  const made = `${output}: T = ${converted.network.timesteps}, for ${target.name}`;
  if (options.report !== undefined)
    await reportNative(context, converted, { ...options, fitting }, options.report);
  terminal.result(
    spikingJson(file, output, target, converted, fitting),
    `${spikingTable(converted, target)}\n\n${fitText(target, fitting)}\n${made}`,
  );
  refuseUnfit(fitting, strict);
}

export function convertCommand(command: Command): Command {
  return withEventOptions(
    withSpikingOptions(withConversionOptions(command)),
    "--calib holds",
    "as --timesteps",
  )
    .argument("<file>", "model (.onnx) or native spiking network (.nir, .snn.yaml)")
    .addOption(new Option("-o, --output <file>", "network to write (.spk)").makeOptionMandatory())
    .addOption(targetOption("generic"))
    .option("--target-accuracy <share>", "find the fewest timesteps that reach it (0..1)", accuracyArgument)
    .option("--most-timesteps <T>", `up to this T (default: ${usualMostTimesteps})`, wholeNumber(1, 65_536))
    .option("--samples <file>", "samples that the accuracy is measured on")
    .option("--labels <file>", "their classes")
    .addOption(limitOption())
    .addOption(reportOption())
    .option("--explain", "say what was chosen for each layer and why, and what the target's limits cost")
    .option("--strict", "exit 4 when the network does not fit the target")
    .addHelpText(
      "after",
      examples(
        "spikec convert models/digits_mlp.onnx -o digits.spk --target ucaspian --timesteps 32 \\",
        "  --calib models/digits.calib_x.npy --input-scale 16",
        "spikec convert models/digits_mlp.onnx -o out/fast.spk --calib models/digits.calib_x.npy \\",
        "  --input-scale 16 --target-accuracy 0.95 --samples models/digits.test_x.npy \\",
        "  --labels models/digits.test_y.npy --limit 200",
        "spikec convert models/digits_mlp.onnx -o speck.spk --target speck2f --timesteps 8 \\",
        "  --calib models/digits.calib_x.npy --input-scale 16",
      ),
    )
    .action(
      action<[string], Options>(async (context, options, file) => {
        const { terminal, signal } = context;
        const { target, output, strict } = options;
        refuseIdleOptions(options);
        await refuseFolder(output);
        if (isSpikingFile(file)) return convertNative(context, file, options);
        const { converted, found } = await withFailureReport(context, file, options.report, () =>
          convertAsAsked(context, file, options),
        );
        signal.throwIfAborted();
        await writeWhole(output, encodeNetwork(converted.network));
        for (const { where, text } of converted.notes) terminal.log(`note: ${where}: ${text}`);
        const fitting = fittingOf(target, converted.network);
        warnOfRefusal(terminal, fitting, strict);
        const { network, calibrationSamples } = converted;
        const head = found === null ? "" : foundText(found);
        const why = options.explain ? `\n\n${explanationText(converted.explanations)}` : "";
        const on =
          calibrationSamples === 0 ? "without calibration" : `calibrated on ${calibrationSamples} samples`;
        const made = `${output}: T = ${network.timesteps}, for ${target.name}, ${on}`;
        const text = `${head}${layerTable(converted, target)}${why}\n\n${fitText(target, fitting)}\n${made}`;
        if (options.report !== undefined)
          await reportConversion(context, converted, { ...options, fitting }, options.report);
        const search = found === null ? {} : { ann: { accuracy: found.original }, tries: found.tries };
        terminal.result({ ...convertJson(file, output, target, converted, fitting), ...search }, text);
        refuseUnfit(fitting, strict);
      }),
    );
}
