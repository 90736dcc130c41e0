/**
 * Which port a board is on, where nobody said: the one whose USB names are the board's, else the only one there is. Where
 * several would do a person decides.
 */
import { SpikecError } from "../../errors/error.ts";
import { listPorts, type PortList, type SerialPortEntry } from "../../link/node/list-ports.ts";
import type { Target, UsbId } from "../../target/target.ts";
import type { Terminal } from "../terminal.ts";

export function usbNameOf(
  { vendor, product }: Pick<SerialPortEntry, "vendor" | "product">,
  ids: readonly UsbId[],
) {
  return ids.find((id) => id.vendor === vendor && id.product === product)?.name ?? null;
}

function listText(ports: readonly SerialPortEntry[]): string {
  return ports
    .map(({ path, vendor, product, manufacturer }) => {
      const usb =
        vendor === null
          ? ""
          : ` (${vendor}:${product ?? "?"}${manufacturer === null ? "" : `, ${manufacturer}`})`;
      return `\n  ${path}${usb}`;
    })
    .join("");
}

/** Throws SPK-0519 where no port can be meant, or several can. */
export function choosePort(target: Target, { ports }: PortList): SerialPortEntry {
  const ids = target.wire?.usb ?? [];
  const matching = ports.filter((port) => usbNameOf(port, ids) !== null);
  const candidates = matching.length > 0 ? matching : ports;
  if (candidates.length === 1) return candidates[0];
  if (candidates.length === 0)
    throw new SpikecError("SPK-0519", "--port is needed: no serial port was found", {
      advice:
        "Plug the board in, give --port (spikec emulate makes a virtual one), or --dry-run to see what would be sent.",
    });
  const which =
    matching.length > 0 ? `look like a ${target.name}` : "are there, and none is known as this board's";
  throw new SpikecError(
    "SPK-0519",
    `--port is needed: ${candidates.length} ports ${which}:${listText(candidates)}`,
  );
}

/** The port that was asked for, or the one that is chosen, which is said. */
export async function portFor(
  target: Target,
  asked: string | undefined,
  terminal: Terminal,
): Promise<string> {
  if (asked !== undefined) return asked;
  const { path } = choosePort(target, await listPorts());
  terminal.log(`port: ${path}`);
  return path;
}
