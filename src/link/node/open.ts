/** Opens the Link that a port's name means: a serial device, or socket://host:port (also tcp://). */
import { SpikecError } from "../../errors/error.ts";
import type { Link } from "../link.ts";
import { type LineOptions, openSerialLink } from "./serial.ts";
import { isTcpPort, openTcpLink } from "./tcp.ts";

/** A program that has just left a port may still be there in the eyes of the board, or of the system, for so long. */
const handOver = 100;

function openOnce(port: string, options: LineOptions): Promise<Link> {
  return isTcpPort(port) ? openTcpLink(port) : openSerialLink(port, options);
}

/** Throws SPK-0501 .. SPK-0505. baudRate is of no meaning over TCP. A busy port is tried a second time. */
export async function openLink(port: string, options: LineOptions): Promise<Link> {
  try {
    return await openOnce(port, options);
  } catch (error) {
    if (!(error instanceof SpikecError) || error.code !== "SPK-0502") throw error;
    await new Promise((resolve) => setTimeout(resolve, handOver));
    return openOnce(port, options);
  }
}
