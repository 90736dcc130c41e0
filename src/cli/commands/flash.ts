/** flash: a network, or an image written by emit, onto a board. Delivery is verified as far as the chip allows. */
import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { Image, Target } from "../../target/target.ts";
import { action, targetOption } from "../command.ts";
import { isFolder, readImage, readNetwork } from "../files.ts";
import type { CommonOptions } from "../terminal.ts";
import { flashOver, wireOf, withLink } from "../with-board.ts";
import { probeOption } from "./emit.ts";

interface Options extends CommonOptions {
  readonly target: Target;
  readonly port?: string;
  readonly dryRun?: boolean;
  readonly probe: "readout" | "all";
}

/** The image behind a path: a folder of emit, or a network that is placed now. */
export async function imageOf(path: string, target: Target, probe: "readout" | "all"): Promise<Image> {
  if (!(await isFolder(path))) return target.emit(target.place(await readNetwork(path), { observe: probe }));
  const image = await readImage(path);
  if (image.target === target.name) return image;
  throw new SpikecError("SPK-0404", `the image is for ${image.target}, not for ${target.name}`, {
    where: path,
  });
}

export function flashCommand(command: Command): Command {
  return command
    .description("configure a board with a network")
    .argument("<network>", "network (.spk), or a folder written by emit")
    .addOption(targetOption())
    .option("--port <port>", "serial port, or socket://host:port")
    .option("--dry-run", "place, encode and count, but send nothing")
    .addOption(probeOption())
    .action(
      action<[string], Options>(async ({ terminal, signal }, { target, port, dryRun, probe }, path) => {
        wireOf(target);
        const image = await imageOf(path, target, probe);
        if (dryRun) {
          const bytes = image.artifacts.reduce((sum, artifact) => sum + artifact.bytes.length, 0);
          terminal.result({ bytes, dryRun: true }, `${bytes} bytes fit ${target.name}; nothing was sent`);
          return;
        }
        if (port === undefined) throw new SpikecError("SPK-0002", "--port is needed to reach a board");
        const flashed = await withLink(target, port, (link, wire) =>
          flashOver(link, wire, { image, terminal, signal }),
        );
        const { bytes, seconds, verified, acknowledgements } = flashed;
        const how =
          verified === "acknowledged" ? `${acknowledgements} commands, each acknowledged` : verified;
        terminal.result(
          { bytes, seconds, verified, acknowledgements, resumedAt: 0 },
          `${bytes} bytes in ${seconds.toFixed(2)} s to ${port}: ${how}`,
        );
      }),
    );
}
export const portOption = (): Option =>
  new Option("--port <port>", "serial port, or socket://host:port").makeOptionMandatory();
