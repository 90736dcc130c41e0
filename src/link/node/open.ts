/** Opens the Link that a port's name means: a serial device, or socket://host:port (also tcp://). */
import type { Link } from "../link.ts";
import { openSerialLink } from "./serial.ts";
import { isTcpPort, openTcpLink } from "./tcp.ts";

/** Throws SPK-0501 .. SPK-0505. baudRate is of no meaning over TCP. */
export function openLink(port: string, options: { readonly baudRate: number }): Promise<Link> {
  return isTcpPort(port) ? openTcpLink(port) : openSerialLink(port, options);
}
