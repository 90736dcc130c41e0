/**
 * Which serial ports there are. serialport's own list needs udev on Linux; without it, and for what udev does not know, the
 * names under /dev say which devices there are. Pseudo-terminals are in neither.
 */
import { access, constants, readdir } from "node:fs/promises";

export interface SerialPortEntry {
  readonly path: string;
  /** Hexadecimal, lower case; null where the port is no USB device or nothing is known of it. */
  readonly vendor: string | null;
  readonly product: string | null;
  readonly manufacturer: string | null;
  readonly serialNumber: string | null;
  /** This user may open it; null where that is not known before (Windows). */
  readonly permitted: boolean | null;
}

export interface PortList {
  readonly ports: readonly SerialPortEntry[];
  /** Why the list may lack something; null where it is whole. */
  readonly note: string | null;
}

type Known = Omit<SerialPortEntry, "permitted">;

/** Adapters and boards; ports on the mainboard (ttyS*) are listed only when udev knows them as devices. */
const deviceNames: Partial<Record<NodeJS.Platform, RegExp>> = {
  linux: /^tty(USB|ACM|AMA|O|GS)\d+$/,
  darwin: /^cu\..*(usb|wch|SLAB)/i,
};

async function knownToBinding(): Promise<Known[]> {
  const { SerialPort } = await import("serialport");
  const lower = (text: string | undefined) => text?.toLowerCase().replace(/^0x/, "") ?? null;
  const ports = await SerialPort.list();
  return ports
    .filter(({ vendorId, path }) => vendorId !== undefined || !/^\/dev\/ttyS\d+$/.test(path))
    .map(({ path, vendorId, productId, manufacturer, serialNumber }) => ({
      path,
      vendor: lower(vendorId),
      product: lower(productId),
      manufacturer: manufacturer ?? null,
      serialNumber: serialNumber ?? null,
    }));
}

async function namedUnderDev(): Promise<string[]> {
  const pattern = deviceNames[process.platform];
  if (pattern === undefined) return [];
  const names = await readdir("/dev").catch(() => []);
  return names.filter((name) => pattern.test(name)).map((name) => `/dev/${name}`);
}

async function isPermitted(path: string): Promise<boolean | null> {
  if (process.platform === "win32") return null;
  return access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
}

/** Never throws: what cannot be asked is said in the note. */
export async function listPorts(): Promise<PortList> {
  let known: Known[] = [];
  let note: string | null = null;
  try {
    known = await knownToBinding();
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    note = `USB names are not known (${reason}); ports were found by their names under /dev`;
  }
  const nothing = { vendor: null, product: null, manufacturer: null, serialNumber: null };
  const others = (await namedUnderDev()).filter((path) => !known.some((port) => port.path === path));
  const all = [...known, ...others.map((path) => ({ path, ...nothing }))];
  const ports = await Promise.all(
    all.map(async (port) => ({ ...port, permitted: await isPermitted(port.path) })),
  );
  return { ports: ports.sort((a, b) => (a.path < b.path ? -1 : 1)), note };
}
