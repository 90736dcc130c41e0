/** convert: a trained model becomes a network of integers, written as .spk. */
import { type Command, Option } from "commander";
import { encodeNetwork } from "../../network/spk/spk.ts";
import type { Target } from "../../target/target.ts";
import { action, targetOption, withConversionOptions } from "../command.ts";
import { type ConvertOptions, convertJson, convertModel, layerTable } from "../convert-model.ts";
import { writeWhole } from "../files.ts";
import type { CommonOptions } from "../terminal.ts";

interface Options extends CommonOptions, ConvertOptions {
  readonly output: string;
  readonly target: Target;
}

export function convertCommand(command: Command): Command {
  return withConversionOptions(command)
    .description("convert a trained network to integers")
    .argument("<file>", "model (.onnx)")
    .addOption(new Option("-o, --output <file>", "network to write (.spk)").makeOptionMandatory())
    .addOption(targetOption("generic"))
    .action(
      action<[string], Options>(async ({ terminal, signal }, options, file) => {
        const { target, output } = options;
        const converted = await convertModel(file, target, options, terminal);
        signal.throwIfAborted();
        await writeWhole(output, encodeNetwork(converted.network));
        for (const { where, text } of converted.notes) terminal.log(`note: ${where}: ${text}`);
        const text = `${layerTable(converted.layers)}\n\n${output}: T = ${converted.network.timesteps}, for ${target.name}, calibrated on ${converted.calibrationSamples} samples`;
        terminal.result(convertJson(file, output, target, converted), text);
      }),
    );
}
