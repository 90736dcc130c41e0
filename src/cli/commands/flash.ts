/** flash: a network, or an image written by emit, onto a board. Delivery is verified as far as the chip allows. */
import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import type { Image, Target } from "../../target/target.ts";
import { action, examples } from "../command.ts";
import { isFolder, readNetwork } from "../files.ts";
import { readImage } from "../image-folder.ts";
import { targetOption } from "../options.ts";
import { placeNetwork } from "../place-network.ts";
import type { CommonOptions, Terminal } from "../terminal.ts";
import { type Flashed, flashOver, rehearseFlash, wireOf, withLink } from "../with-board.ts";
import { probeOption } from "./emit.ts";

interface Options extends CommonOptions {
  readonly target: Target;
  readonly port?: string;
  readonly dryRun?: boolean;
  readonly probe: "readout" | "all";
}

/** The image behind a path: a folder of emit, or a network that is placed now. */
async function imageOf(path: string, { target, probe }: Options, terminal: Terminal): Promise<Image> {
  if (!(await isFolder(path)))
    return target.emit(placeNetwork(target, await readNetwork(path), terminal, { observe: probe }));
  const image = await readImage(path);
  if (image.target === target.name) return image;
  throw new SpikecError("SPK-0404", `the image is for ${image.target}, not for ${target.name}`, {
    where: path,
  });
}

function flashedText({ bytes, seconds, verified, acknowledgements }: Flashed, where: string): string {
  const how = verified === "acknowledged" ? `${acknowledgements} commands, each acknowledged` : verified;
  return `${bytes} bytes in ${seconds.toFixed(2)} s to ${where}: ${how}`;
}

export function flashCommand(command: Command): Command {
  return command
    .argument("<network>", "network (.spk), or a folder written by emit")
    .addOption(targetOption())
    .option("--port <port>", portDescription)
    .option("--dry-run", "place, encode and flash an emulated board; no port is opened")
    .addOption(probeOption())
    .addHelpText(
      "after",
      examples(
        "spikec flash digits.spk --target ucaspian --dry-run",
        "spikec flash digits.spk --target ucaspian --port /dev/ttyUSB0",
        "spikec flash out/image --target ucaspian --port socket://127.0.0.1:7000",
      ),
    )
    .action(
      action<[string], Options>(async ({ terminal, signal }, options, path) => {
        const { target, port, dryRun = false } = options;
        wireOf(target);
        if (port === undefined && !dryRun)
          throw new SpikecError("SPK-0002", "--port is needed to reach a board", {
            advice: "Give --port, or --dry-run to see what would be sent.",
          });
        const image = await imageOf(path, options, terminal);
        const request = { target, image, terminal, signal };
        const flashed =
          port === undefined || dryRun
            ? await rehearseFlash(request)
            : await withLink(target, port, (link, wire) => flashOver(link, wire, request));
        const { bytes, seconds, verified, acknowledgements } = flashed;
        const where = dryRun ? `an emulated ${target.name}, none to a board` : String(port);
        terminal.result(
          { bytes, seconds, verified, acknowledgements, resumedAt: 0, dryRun },
          flashedText(flashed, where),
        );
      }),
    );
}

const portDescription = "serial port, or socket://host:port";

export const portOption = (): Option => new Option("--port <port>", portDescription).makeOptionMandatory();
