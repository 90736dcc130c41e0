/** flash --firmware: a board's firmware onto its drive or over its boot loader, once in its life. */
import { readdir, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { SpikecError } from "../../errors/error.ts";
import { openLink } from "../../link/node/open.ts";
import type { FirmwareInstallation, Target } from "../../target/target.ts";
import { isFolder, writeWhole } from "../files.ts";
import type { Terminal } from "../terminal.ts";
import { portFor } from "./choose-port.ts";
import { wireOf } from "./with-board.ts";

type Drive = Extract<FirmwareInstallation, { kind: "drive" }>;
type Port = Extract<FirmwareInstallation, { kind: "port" }>;

/** Folders in which systems show drives, each drive with its name; on Windows a drive is a letter. */
async function driveFolders(drive: string): Promise<string[]> {
  if (process.platform === "win32") return Array.from("DEFGHIJKLMNOPQRSTUVWXYZ", (letter) => `${letter}:\\`);
  const user = process.env.USER ?? "";
  const roots = ["/Volumes", "/media", `/media/${user}`, `/run/media/${user}`, "/mnt"];
  const found = await Promise.all(
    roots.map(async (root) => [root, await readdir(root).catch(() => [])] as const),
  );
  return found.flatMap(([root, names]) =>
    names.filter((name) => name.startsWith(drive)).map((name) => join(root, name)),
  );
}

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The board's drive; throws SPK-0522 where it is not there. */
async function findDrive({ drive, mark, fileName }: Drive, target: string): Promise<string> {
  for (const folder of await driveFolders(drive)) if (await exists(join(folder, mark))) return folder;
  throw new SpikecError("SPK-0522", `no drive ${drive} of a ${target} is here`, {
    advice:
      `Plug the board in so that it shows its drive (docs/boards.md), give the drive with --port FOLDER, ` +
      `or write the file and copy it yourself: --port ${fileName}.`,
  });
}

/** Straight into place: a board takes blocks as they come and unplugs its drive with the last, so that nothing can be renamed. */
async function copyOnto(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch (cause) {
    throw new SpikecError("SPK-0522", "the firmware could not be copied", { where: path, cause });
  }
}

/** Copying is all: the board takes the file block by block and restarts. */
async function copyToDrive(
  installation: Drive,
  firmware: string,
  asked: string | undefined,
  target: string,
  terminal: Terminal,
): Promise<void> {
  const place = asked ?? (await findDrive(installation, target));
  const onDrive = await isFolder(place);
  const path = onDrive ? join(place, installation.fileName) : place;
  const bytes = await installation.file(firmware);
  await (onDrive ? copyOnto : writeWhole)(path, bytes);
  const text = `${path}: the ${firmware} firmware, ${bytes.length} bytes${onDrive ? "; the board restarts with it" : ""}`;
  terminal.result({ target, firmware, file: basename(path), bytes: bytes.length, verified: "no" }, text);
}

async function installOverPort(
  { baudRate, parity, install }: Port,
  firmware: string,
  target: Target,
  asked: string | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const port = await portFor(target, asked, terminal);
  const link = await openLink(port, { baudRate, parity });
  const progress = terminal.progress("flashing the firmware", "bytes");
  const started = performance.now();
  try {
    const { bytes, blocks } = await install(link, firmware, {
      signal,
      onEvent: (event) => {
        terminal.event(event);
        if (event.kind === "writing") progress.update(event.bytes, event.total);
      },
    });
    progress.end();
    const seconds = (performance.now() - started) / 1000;
    terminal.result(
      { target: target.name, firmware, port, bytes, blocks, seconds, verified: "read back" },
      `the ${firmware} firmware: ${bytes} bytes in ${blocks} blocks in ${seconds.toFixed(2)} s to ${port}: read back`,
    );
  } finally {
    await link.close().catch(() => {}); // The board may be gone already; what happened first is what counts.
  }
}

/** firmware: one of the wire's, by default the last, which runs everything. asked: a port; for boards with a drive its folder, or a file to write. Throws SPK-0522 for boards that get none from here. */
export async function installFirmware(
  target: Target,
  firmware: string | undefined,
  asked: string | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { firmware: installation, firmwares = ["whole"] } = wireOf(target);
  if (installation === undefined)
    throw new SpikecError("SPK-0522", `there is no firmware to flash for ${target.name}`);
  const name = firmware ?? firmwares[firmwares.length - 1];
  if (!firmwares.includes(name))
    throw new SpikecError("SPK-0002", `${target.name} has no firmware "${name}"`, {
      advice: `It has: ${firmwares.join(", ")}.`,
    });
  if (installation.kind === "drive") return copyToDrive(installation, name, asked, target.name, terminal);
  return installOverPort(installation, name, target, asked, terminal, signal);
}
