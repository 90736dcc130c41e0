/** repeat: the conversion that made a network, again from its provenance, and whether the bytes are the same. */
import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { Network } from "../../network/network.ts";
import { encodeNetwork } from "../../network/spk/spk.ts";
import { differencesOf } from "../../survey/differences.ts";
import { action, type Context, examples } from "../command.ts";
import { convertModel } from "../conversion/convert-model.ts";
import { conversionOptionsOf, targetOf } from "../conversion/reconvert.ts";
import { hashOf, isFolder, readBytes, readNetwork, refuseFolder, writeWhole } from "../files.ts";
import { convertSpiking, type SpikingConvertOptions } from "../native/convert-spiking.ts";
import { isSpikingFile } from "../native/spiking-files.ts";
import type { CommonOptions } from "../terminal.ts";
import { version } from "../version.ts";

interface Options extends CommonOptions {
  readonly model: string;
  readonly calib?: string;
  readonly output?: string;
}

/** A folder holds events, a recording a file. */
async function hashAt(path: string): Promise<string> {
  if (!(await isFolder(path))) return hashOf(await readBytes(path));
  const { hashOfEvents } = await import("../native/event-samples.ts");
  return hashOfEvents(path);
}

/** Throws SPK-0809 where the file is another than the one in the provenance. */
async function requireFile(path: string, hash: string, what: string): Promise<void> {
  const found = await hashAt(path);
  if (hash !== "" && found !== hash)
    throw new SpikecError(
      "SPK-0809",
      `${what} has the SHA-256 ${found}, and the network was made from ${hash}`,
      {
        where: path,
      },
    );
}

async function requireFiles({ provenance }: Network, { model, calib }: Options): Promise<void> {
  const { modelHash, calibrationHash } = provenance;
  await requireFile(model, modelHash, "the model");
  if (calib !== undefined) await requireFile(calib, calibrationHash, "the file of calibration inputs");
  else if (calibrationHash !== "")
    throw new SpikecError("SPK-0002", "the network was calibrated: give the same inputs with --calib");
}

/** The bytes of the same conversion. A renamed model keeps its name in the network: the content is what counts. */
async function convertAgain(context: Context, network: Network, options: Options): Promise<Network> {
  const conversion = { ...conversionOptionsOf(network, options.calib ?? ""), calib: options.calib };
  const { calib, ...blind } = conversion;
  const asked = calib === undefined ? blind : { ...blind, calib };
  const target = await targetOf(network);
  const converted = isSpikingFile(options.model)
    ? await convertSpiking(context, options.model, target, asked as SpikingConvertOptions)
    : await convertModel(context, options.model, target, asked);
  return { ...converted.network, name: network.name };
}

export function repeatCommand(command: Command): Command {
  return command
    .argument("<network>", "network (.spk)")
    .addOption(new Option("--model <file>", "the model that it was converted from").makeOptionMandatory())
    .option("--calib <file>", "the calibration inputs that it was converted with")
    .option("-o, --output <file>", "keep the repeated network (.spk)")
    .addHelpText(
      "after",
      examples(
        "spikec repeat out/short.spk --model models/digits_mlp.onnx --calib models/digits.calib_x.npy",
      ),
    )
    .action(
      action<[string], Options>(async (context, options, file) => {
        const { terminal } = context;
        const { output } = options;
        if (output !== undefined) await refuseFolder(output);
        const bytes = await readBytes(file);
        const network = await readNetwork(file);
        await requireFiles(network, options);
        const made = network.provenance.version;
        if (made !== version) terminal.log(`note: converted by spikec ${made}, repeated by ${version}`);
        const repeated = await convertAgain(context, network, options);
        const again = encodeNetwork(repeated);
        if (output !== undefined) await writeWhole(output, again);
        const same = hashOf(bytes) === hashOf(again);
        const differences = same ? [] : differencesOf(network, repeated);
        const json = { same, sha256: hashOf(again), bytes: again.length, version: made, differences };
        terminal.result(
          json,
          same
            ? `the same, byte for byte: ${again.length} bytes, SHA-256 ${hashOf(again)}`
            : `${differences.length} differences; see spikec diff`,
        );
        if (!same)
          throw new SpikecError("SPK-0808", `${differences.length} parts of the network differ`, {
            where: file,
          });
      }),
    );
}
