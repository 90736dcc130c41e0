/** deploy: from a trained model to spikes on a board in one command: convert, verify, flash, run. */
import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import { encodeNetwork } from "../../network/spk/spk.ts";
import type { Target } from "../../target/target.ts";
import { comparisonText } from "../boards/board-run.ts";
import { action, examples } from "../command.ts";
import { type ConvertOptions, convertJson } from "../conversion/convert-model.ts";
import { type Deployment, deployNetwork } from "../deployment/deploy-network.ts";
import { refuseFolder, writeWhole } from "../files.ts";
import { spikingJson } from "../native/convert-spiking.ts";
import type { EventOptions } from "../native/event-samples.ts";
import { isSpikingFile } from "../native/spiking-files.ts";
import {
  refuseActivationOptions,
  type SpikingChoices,
  withSpikingOptions,
} from "../native/spiking-options.ts";
import {
  boardSamplesOption,
  limitOption,
  reportOption,
  targetOption,
  withConversionOptions,
  withEventOptions,
} from "../options.ts";
import { reportDeployment } from "../reports/report-conversion.ts";
import { withFailureReport } from "../reports/report-model.ts";
import type { CommonOptions } from "../terminal.ts";
import { percentText } from "../text.ts";
import { verifiedBoardJson } from "../verification/verify-on-board.ts";

/** The input of a conversion is an encoder, that of a run a file: here both are asked for. */
interface Options extends CommonOptions, SpikingChoices, EventOptions, Omit<ConvertOptions, "input"> {
  readonly target: Target;
  readonly encoder?: NonNullable<ConvertOptions["input"]>;
  readonly quantizer?: string;
  readonly input: string;
  readonly labels: string;
  readonly limit?: number;
  readonly port?: string;
  readonly output?: string;
  readonly boardSamples: number;
  readonly report?: string;
}

/** Accuracies side by side, and the comparison of the board with the simulation as the last line. */
export function deploymentText({ verification, flashed, board, boardAccuracy, port }: Deployment): string {
  const { ann, snn, samples, board: probed } = verification;
  const percentOf = (accuracy: number | null) => (accuracy === null ? "unknown" : percentText(accuracy));
  return [
    `original  ${percentOf(ann.accuracy)}`,
    `integers  ${percentOf(snn.accuracy)}`,
    `board     ${percentOf(boardAccuracy)}   (${samples} samples over ${port})`,
    `flashed ${flashed.bytes} bytes in ${flashed.seconds.toFixed(2)} s, ${flashed.acknowledgements} commands acknowledged`,
    ...(probed === null
      ? []
      : [`every layer of ${probed.result.samples} samples: ${comparisonText(probed.result)}`]),
    comparisonText(board),
  ].join("\n");
}

/** As `convert --json` has it. */
function conversionJson(file: string, output: string | null, target: Target, deployment: Deployment) {
  const fitting = { placement: deployment.placement, refusal: null };
  return deployment.kind === "spiking"
    ? spikingJson(file, output, target, deployment.converted, fitting)
    : convertJson(file, output, target, deployment.converted, fitting);
}

export function deploymentJson(file: string, output: string | null, target: Target, deployment: Deployment) {
  const { verification, flashed, board, boardAccuracy, port } = deployment;
  const { board: probed, ...verify } = verification;
  return {
    convert: conversionJson(file, output, target, deployment),
    verify: { ...verify, board: verifiedBoardJson(probed) },
    flash: { port, bytes: flashed.bytes, seconds: flashed.seconds, verified: flashed.verified, resumedAt: 0 },
    run: {
      samples: board.samples,
      accuracy: boardAccuracy,
      spikes: board.comparison.spikes,
      mismatchedSpikes: board.comparison.mismatches,
      seconds: board.seconds,
    },
  };
}

export function refuseMismatches({ verification, board, port }: Deployment): void {
  const probed = verification.board?.result.comparison.mismatches ?? 0;
  const mismatches = probed + board.comparison.mismatches;
  if (mismatches > 0)
    throw new SpikecError("SPK-0802", `the board differs from the simulation: ${mismatches} mismatches`, {
      where: port,
    });
}

export function deployCommand(command: Command): Command {
  return withEventOptions(
    withSpikingOptions(withConversionOptions(command, "encoder")),
    "--input and --calib hold",
    "as --timesteps",
  )
    .argument("<file>", "model (.onnx) or native spiking network (.nir, .snn.yaml)")
    .addOption(targetOption())
    .addOption(new Option("--input <file>", "samples").makeOptionMandatory())
    .addOption(new Option("--labels <file>", "their classes").makeOptionMandatory())
    .addOption(limitOption())
    .option("--port <port>", "serial port, or socket://host:port; without it a virtual board")
    .option("-o, --output <file>", "keep the network (.spk)")
    .addOption(boardSamplesOption())
    .addOption(reportOption())
    .addHelpText(
      "after",
      examples(
        "spikec deploy models/digits_mlp.onnx --target ucaspian --timesteps 32 \\",
        "  --calib models/digits.calib_x.npy --input models/digits.test_x.npy \\",
        "  --labels models/digits.test_y.npy --input-scale 16 --limit 100",
      ),
    )
    .action(
      action<[string], Options>(async (context, options, file) => {
        const { target, encoder, input, labels, limit, port, output, report, ...rest } = options;
        const convert: ConvertOptions = { ...rest, ...(encoder === undefined ? {} : { input: encoder }) };
        if (isSpikingFile(file)) refuseActivationOptions(convert, file);
        if (output !== undefined) await refuseFolder(output);
        const { boardSamples, inputScale, binWidth, steps, crop, pool, binary } = options;
        const samples = { input, labels, limit, inputScale, binWidth, steps, crop, pool, binary };
        const request = { file, target, convert, samples, port: port ?? null, boardSamples };
        const deployment = await withFailureReport(context, file, report, () =>
          deployNetwork(context, request),
        );
        if (output !== undefined) await writeWhole(output, encodeNetwork(deployment.network));
        if (report !== undefined) await reportDeployment(context, deployment, request, report);
        context.terminal.result(
          deploymentJson(file, output ?? null, target, deployment),
          deploymentText(deployment),
        );
        refuseMismatches(deployment);
      }),
    );
}
