/** convert: a trained model becomes a network of integers, written as .spk. */
import { type Command, Option } from "commander";
import { encodeNetwork } from "../../network/spk/spk.ts";
import type { Target } from "../../target/target.ts";
import { action, examples } from "../command.ts";
import { type ConvertOptions, convertJson, convertModel, layerTable } from "../convert-model.ts";
import { refuseFolder, writeWhole } from "../files.ts";
import { targetOption, withConversionOptions } from "../options.ts";
import type { CommonOptions } from "../terminal.ts";

interface Options extends CommonOptions, ConvertOptions {
  readonly output: string;
  readonly target: Target;
}

export function convertCommand(command: Command): Command {
  return withConversionOptions(command)
    .argument("<file>", "model (.onnx)")
    .addOption(new Option("-o, --output <file>", "network to write (.spk)").makeOptionMandatory())
    .addOption(targetOption("generic"))
    .addHelpText(
      "after",
      examples(
        "spikec convert models/digits_mlp.onnx -o digits.spk --target ucaspian --timesteps 32 \\",
        "  --calib models/digits.calib_x.npy --input-scale 16",
      ),
    )
    .action(
      action<[string], Options>(async (context, options, file) => {
        const { terminal, signal } = context;
        const { target, output } = options;
        await refuseFolder(output);
        const converted = await convertModel(context, file, target, options);
        signal.throwIfAborted();
        await writeWhole(output, encodeNetwork(converted.network));
        for (const { where, text } of converted.notes) terminal.log(`note: ${where}: ${text}`);
        const text = `${layerTable(converted.layers)}\n\n${output}: T = ${converted.network.timesteps}, for ${target.name}, calibrated on ${converted.calibrationSamples} samples`;
        terminal.result(convertJson(file, output, target, converted), text);
      }),
    );
}
