/** doctor: what boards need of this machine, checked one by one, and a loopback through a virtual board. */
import type { Command } from "commander";
import { SpikecError } from "../../errors/error.ts";
import { formatTable } from "../../report/table.ts";
import {
  checkEmulators,
  checkNode,
  checkPermissions,
  checkPorts,
  checkPrograms,
  checkSerialport,
  checkTerminals,
  checkUdev,
} from "../boards/checks.ts";
import { checkLoopback } from "../boards/loopback.ts";
import { action, examples } from "../command.ts";
import type { CommonOptions } from "../terminal.ts";

export function doctorCommand(command: Command): Command {
  return command.addHelpText("after", examples("spikec doctor", "spikec doctor --json")).action(
    action<[], CommonOptions>(async ({ terminal }) => {
      const checks = [
        checkNode(),
        await checkSerialport(),
        await checkUdev(),
        await checkPermissions(),
        await checkPorts(),
        await checkTerminals(),
        await checkLoopback(),
        ...(await checkEmulators()),
        ...(await checkPrograms()),
      ];
      const rows = checks.map(({ name, state, detail }) => [name, state, detail]);
      terminal.result({ checks }, formatTable(["check", "state", "what was found"], rows));
      const problems = checks.filter(({ state }) => state === "problem").map(({ name }) => name);
      if (problems.length > 0) throw new SpikecError("SPK-0520", `not in order: ${problems.join(", ")}`);
    }),
  );
}
