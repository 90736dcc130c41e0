/**
 * flash: a network, or an image written by emit, onto a board; with --firmware the board's own firmware, once. Delivery is verified
 * as far as the chip allows.
 */
import { type Command, Option } from "commander";
import { SpikecError } from "../../errors/error.ts";
import { findTarget } from "../../target/registry.ts";
import type { Image, Target } from "../../target/target.ts";
import { portFor } from "../boards/choose-port.ts";
import { installFirmware } from "../boards/install-firmware.ts";
import { placeNetwork } from "../boards/place-network.ts";
import { type Flashed, flashOver, rehearseFlash, wireOf, withLink } from "../boards/with-board.ts";
import { action, examples } from "../command.ts";
import { targetOf } from "../conversion/reconvert.ts";
import { isFolder, readNetwork } from "../files.ts";
import { readImage } from "../image-folder.ts";
import { positiveNumber } from "../numbers.ts";
import { ownTargetOption } from "../options.ts";
import type { CommonOptions, Terminal } from "../terminal.ts";
import { probeOption } from "./emit.ts";

interface Options extends CommonOptions {
  readonly target?: Target;
  readonly port?: string;
  readonly dryRun?: boolean;
  readonly resume?: boolean;
  readonly baud?: number;
  readonly firmware?: boolean;
  readonly parts?: string;
  readonly probe: "readout" | "all";
}

/** The chip that was asked for, or the one that the network or the image is for. */
async function targetFor(path: string | undefined, asked: Target | undefined): Promise<Target> {
  if (asked !== undefined) return asked;
  if (path === undefined)
    throw new SpikecError("SPK-0002", "nothing says which board: --target does, or a network");
  if (await isFolder(path)) return findTarget((await readImage(path)).target);
  return targetOf(await readNetwork(path));
}

/** The image behind a path: a folder of emit, or a network that is placed now. */
async function imageOf(path: string, target: Target, { probe }: Options, terminal: Terminal): Promise<Image> {
  if (!(await isFolder(path)))
    return target.emit(placeNetwork(target, await readNetwork(path), terminal, { observe: probe }));
  const image = await readImage(path);
  if (image.target === target.name) return image;
  throw new SpikecError("SPK-0404", `the image is for ${image.target}, not for ${target.name}`, {
    where: path,
  });
}

function flashedText(
  { bytes, seconds, verified, acknowledgements, resumedAt = 0 }: Flashed,
  where: string,
): string {
  const how = verified === "acknowledged" ? `${acknowledgements} commands, each acknowledged` : verified;
  const resumed = resumedAt > 0 ? `, resumed at byte ${resumedAt}` : "";
  return `${bytes} bytes in ${seconds.toFixed(2)} s to ${where}${resumed}: ${how}`;
}

/** What is for networks alone, or for the firmware. */
function refuseOthers({ firmware, parts, dryRun, resume, baud }: Options): void {
  const given = Object.entries({ "--dry-run": dryRun, "--resume": resume, "--baud": baud });
  const other = given.find(([, value]) => value !== undefined)?.[0];
  if (firmware && other !== undefined)
    throw new SpikecError(
      "SPK-0002",
      `--firmware and ${other} were given: flash the firmware first, then the network`,
    );
  if (!firmware && parts !== undefined)
    throw new SpikecError("SPK-0002", "--parts says which firmware: it goes with --firmware");
}

/** The firmware that was asked for, or the smallest that runs the network; undefined where nobody said. */
async function firmwareOf(
  path: string | undefined,
  target: Target,
  options: Options,
  terminal: Terminal,
): Promise<string | undefined> {
  const smallest = wireOf(target).smallestFirmware;
  if (options.parts !== undefined || path === undefined || smallest === undefined) return options.parts;
  const firmware = smallest(await imageOf(path, target, options, terminal));
  terminal.log(`the ${firmware} firmware runs ${path} (--parts chooses another)`);
  return firmware;
}

export function flashCommand(command: Command): Command {
  return command
    .argument("[network]", "network (.spk), or a folder written by emit")
    .addOption(ownTargetOption())
    .option("--port <port>", portDescription)
    .option("--dry-run", "place, encode and flash an emulated board; no port is opened")
    .option("--resume", "go on where an earlier flash of the same network was cut off")
    .option("--baud <rate>", "flash at this rate, where port and board can", positiveNumber)
    .option(
      "--firmware",
      "the board's own firmware, once; the smallest that runs the network, where one is given; --port may be its drive, or a file to write",
    )
    .addOption(partsOption())
    .addOption(probeOption())
    .addHelpText(
      "after",
      examples(
        "spikec flash digits.spk --dry-run",
        "spikec flash digits.spk --port /dev/ttyUSB0",
        "spikec flash out/image --port socket://127.0.0.1:7000",
        "spikec flash --firmware --target rp2040 --port pico.uf2",
        "spikec flash digits.spk --firmware --target rp2040 --port pico.uf2",
      ),
    )
    .action(
      action<[string | undefined], Options>(async ({ terminal, signal }, options, path) => {
        const { dryRun = false, resume, baud, firmware = false } = options;
        refuseOthers(options);
        const target = await targetFor(path, options.target);
        wireOf(target);
        if (firmware) {
          const name = await firmwareOf(path, target, options, terminal);
          await installFirmware(target, name, options.port, terminal, signal);
          return;
        }
        if (path === undefined)
          throw new SpikecError("SPK-0002", "a network to flash is needed, or --firmware");
        const port = dryRun ? null : await portFor(target, options.port, terminal);
        const image = await imageOf(path, target, options, terminal);
        const choices = { ...(resume && { resume }), ...(baud !== undefined && { baudRate: baud }) };
        const request = { target, image, terminal, signal, ...choices };
        const flashed =
          port === null
            ? await rehearseFlash(request)
            : await withLink(target, port, (link, wire) => flashOver(link, wire, request));
        const { bytes, seconds, verified, acknowledgements, resumedAt = 0 } = flashed;
        const where = port ?? `an emulated ${target.name}, none to a board`;
        terminal.result(
          { bytes, seconds, verified, acknowledgements, resumedAt, dryRun },
          flashedText(flashed, where),
        );
      }),
    );
}

export const partsOption = (): Option =>
  new Option(
    "--parts <firmware>",
    "which firmware: core (small, for analog and plain leaky networks) or whole",
  );

const portDescription = "serial port, or socket://host:port; default: the only one that can be meant";

export const portOption = (): Option => new Option("--port <port>", portDescription);
