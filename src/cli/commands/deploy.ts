/** deploy: from a trained model to spikes on a board in one command: convert, verify, flash, run. */
import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import { encodeNetwork } from "../../network/spk/spk.ts";
import type { Target } from "../../target/target.ts";
import { comparisonText } from "../boards/board-run.ts";
import { type Deployment, deployNetwork } from "../boards/deploy-network.ts";
import { action, examples } from "../command.ts";
import { type ConvertOptions, convertJson } from "../conversion/convert-model.ts";
import { refuseFolder, writeWhole } from "../files.ts";
import {
  boardSamplesOption,
  limitOption,
  reportOption,
  targetOption,
  withConversionOptions,
} from "../options.ts";
import { reportDeployment } from "../reports/report-conversion.ts";
import { withFailureReport } from "../reports/report-model.ts";
import type { CommonOptions } from "../terminal.ts";
import { percentText } from "../text.ts";

/** The input of a conversion is an encoder, that of a run a file: here both are asked for. */
interface Options extends CommonOptions, Omit<ConvertOptions, "input"> {
  readonly target: Target;
  readonly encoder?: NonNullable<ConvertOptions["input"]>;
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
  const { ann, snn, samples } = verification;
  const percentOf = (accuracy: number | null) => (accuracy === null ? "unknown" : percentText(accuracy));
  return [
    `original  ${percentOf(ann.accuracy)}`,
    `integers  ${percentOf(snn.accuracy)}`,
    `board     ${percentOf(boardAccuracy)}   (${samples} samples over ${port})`,
    `flashed ${flashed.bytes} bytes in ${flashed.seconds.toFixed(2)} s, ${flashed.acknowledgements} commands acknowledged`,
    `every layer of ${verification.board.result.samples} samples: ${comparisonText(verification.board.result)}`,
    comparisonText(board),
  ].join("\n");
}

export function deploymentJson(file: string, output: string | null, target: Target, deployment: Deployment) {
  const { converted, verification, flashed, board, boardAccuracy, port } = deployment;
  const { board: probed, ...verify } = verification;
  const { comparison } = probed.result;
  return {
    convert: convertJson(file, output, target, converted),
    verify: {
      ...verify,
      board: {
        samples: probed.result.samples,
        accuracy: probed.accuracy,
        spikes: comparison.spikes,
        mismatchedSpikes: comparison.mismatches,
      },
    },
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
  const mismatches = verification.board.result.comparison.mismatches + board.comparison.mismatches;
  if (mismatches > 0)
    throw new SpikecError("SPK-0802", `the board differs from the simulation: ${mismatches} mismatches`, {
      where: port,
    });
}

export function deployCommand(command: Command): Command {
  return withConversionOptions(command, "encoder")
    .argument("<file>", "model (.onnx)")
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
        if (output !== undefined) await refuseFolder(output);
        const samples = { input, labels, limit, inputScale: options.inputScale };
        const { boardSamples } = options;
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
