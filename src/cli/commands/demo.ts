/**
 * demo: the whole road on a network that comes with spikec: trained digits, a virtual uCaspian on a pseudo-terminal, a hundred
 * real test digits over the wire, and a picture of one of them.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Command, Option } from "commander";
import type { SpikeTrain } from "../../network/spikes.ts";
import { rasterSvg } from "../../report/raster.ts";
import type { Target } from "../../target/target.ts";
import { action, examples } from "../command.ts";
import { deployNetwork } from "../deployment/deploy-network.ts";
import { writeWhole } from "../files.ts";
import { wholeNumber } from "../numbers.ts";
import { targetOption } from "../options.ts";
import { drawnLayers } from "../reports/pictures.ts";
import type { CommonOptions } from "../terminal.ts";
import { deploymentJson, deploymentText, refuseMismatches } from "./deploy.ts";

interface Options extends CommonOptions {
  readonly target: Target;
  readonly limit: number;
  readonly timesteps: number;
  readonly output: string;
}

/** models/ lies beside src, or beside dist. */
function modelFile(name: string): string {
  const candidates = ["../../../models/", "../../../../models/"].map((up) =>
    fileURLToPath(new URL(up + name, import.meta.url)),
  );
  return candidates.find((path) => existsSync(path)) ?? candidates[0];
}

export function demoCommand(command: Command): Command {
  return command
    .addOption(targetOption("ucaspian"))
    .option("--timesteps <T>", "steps for which input is applied", wholeNumber(1, 1024), 32)
    .option("--limit <samples>", "test digits over the wire", wholeNumber(1, 500), 100)
    .addOption(new Option("-o, --output <file>", "picture to write (SVG)").default("out/demo-raster.svg"))
    .addHelpText("after", examples("spikec demo", "spikec demo --timesteps 64 --limit 500"))
    .action(
      action<[], Options>(async (context, { target, limit, timesteps, output }) => {
        const file = modelFile("digits_mlp.onnx");
        const trains: SpikeTrain[] = [];
        const deployment = await deployNetwork(context, {
          file,
          target,
          convert: { timesteps, calib: modelFile("digits.calib_x.npy"), inputScale: 16, weights: 8, seed: 0 },
          samples: {
            input: modelFile("digits.test_x.npy"),
            labels: modelFile("digits.test_y.npy"),
            inputScale: 16,
            limit,
          },
          port: null,
          boardSamples: Math.min(20, limit),
          onRun: ({ train }) => {
            if (trains.length === 0) trains.push(train);
          },
        });
        const { network } = deployment;
        const title = `${network.name} on ${target.name}: test digit 0`;
        await writeWhole(output, rasterSvg(trains[0], drawnLayers(network), { title }));
        const text = deploymentText(deployment).split("\n");
        const lines = [
          `digits_mlp (64-32-10), T = ${timesteps}, on a virtual ${target.name}`,
          `picture   ${output}`,
          ...text,
        ];
        context.terminal.result(
          { ...deploymentJson(file, null, target, deployment), picture: output },
          lines.join("\n"),
        );
        refuseMismatches(deployment);
      }),
    );
}
