/** ports: the serial ports of this machine, which known board may be behind each, and whether this user may open it. */
import type { Command } from "commander";
import { listPorts, type SerialPortEntry } from "../../link/node/list-ports.ts";
import { formatTable } from "../../report/table.ts";
import { allTargets } from "../../target/registry.ts";
import type { Target } from "../../target/target.ts";
import { usbNameOf } from "../boards/choose-port.ts";
import { action, examples } from "../command.ts";
import type { CommonOptions } from "../terminal.ts";

interface PortRow extends SerialPortEntry {
  /** Targets whose USB names these are. */
  readonly targets: readonly string[];
  /** What the device is called; null where no target knows it. */
  readonly device: string | null;
}

function rowOf(port: SerialPortEntry, targets: readonly Target[]): PortRow {
  const known = targets.filter(({ wire }) => usbNameOf(port, wire?.usb ?? []) !== null);
  const device = known.map(({ wire }) => usbNameOf(port, wire?.usb ?? [])).at(0) ?? null;
  return { ...port, targets: known.map(({ name }) => name), device };
}

function cellsOf({ path, vendor, product, device, manufacturer, targets, permitted }: PortRow): string[] {
  const usb = vendor === null ? "" : `${vendor}:${product ?? ""}`;
  const access = permitted === null ? "" : permitted ? "yes" : "no permission";
  return [path, usb, device ?? manufacturer ?? "", targets.join(" "), access];
}

export function portsCommand(command: Command): Command {
  return command.addHelpText("after", examples("spikec ports", "spikec ports --json")).action(
    action<[], CommonOptions>(async ({ terminal }) => {
      const { ports, note } = await listPorts();
      const targets = await allTargets();
      const rows = ports.map((port) => rowOf(port, targets));
      if (note !== null) terminal.log(`note: ${note}`);
      const table = formatTable(["port", "USB", "device", "targets", "may be opened"], rows.map(cellsOf));
      terminal.result({ ports: rows, note }, rows.length === 0 ? "no serial ports" : table);
    }),
  );
}
