/** What boards need of this machine, one check each: for `doctor`. No check throws; each says what it found. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { openPty } from "../../board/pty.ts";
import { listPorts } from "../../link/node/list-ports.ts";

export interface Check {
  readonly name: string;
  /** missing: something optional is not there. problem: boards will not work. */
  readonly state: "ok" | "missing" | "problem";
  readonly detail: string;
}

const oldestNode = [20, 19];

export function checkNode(): Check {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const old = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  const detail = old ? `${process.version}; ${oldestNode.join(".")} or newer is needed` : process.version;
  return { name: "Node", state: old ? "problem" : "ok", detail };
}

/** The first line that a program prints about its version; null where it is not there. */
function versionOf(program: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, ["--version"], { timeout: 5000 }, (error, stdout) =>
      resolve(error === null ? stdout.split("\n")[0].trim() : null),
    );
  });
}

export async function checkSerialport(): Promise<Check> {
  try {
    await import("serialport");
    return { name: "serialport", state: "ok", detail: "its native binding loads" };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return {
      name: "serialport",
      state: "problem",
      detail: `${reason}; run npm install again on this machine`,
    };
  }
}

export async function checkUdev(): Promise<Check> {
  if (process.platform !== "linux") return { name: "udev", state: "ok", detail: "not used on this system" };
  const version = await versionOf("udevadm");
  if (version !== null) return { name: "udev", state: "ok", detail: `version ${version}` };
  return { name: "udev", state: "missing", detail: "USB names of ports are not known; give --port" };
}

/** Members by the names of /etc/group: what a login gave this process may be older. */
async function groupId(name: string): Promise<number | null> {
  const groups = await readFile("/etc/group", "utf8").catch(() => "");
  const line = groups.split("\n").find((entry) => entry.startsWith(`${name}:`));
  return line === undefined ? null : Number(line.split(":")[2]);
}

export async function checkPermissions(): Promise<Check> {
  const name = "permissions";
  const closed = (await listPorts()).ports
    .filter(({ permitted }) => permitted === false)
    .map(({ path }) => path);
  if (closed.length > 0) {
    const detail = `${closed.join(", ")} may not be opened; sudo usermod -aG dialout $USER, then log in again`;
    return { name, state: "problem", detail };
  }
  if (process.platform !== "linux") return { name, state: "ok", detail: "no special group is needed" };
  const dialout = await groupId("dialout");
  const member =
    process.getuid?.() === 0 || (dialout !== null && (process.getgroups?.() ?? []).includes(dialout));
  if (member) return { name, state: "ok", detail: "this user may open serial ports" };
  return {
    name,
    state: "missing",
    detail: "this user is not in the group dialout, which owns most serial ports",
  };
}

export async function checkPorts(): Promise<Check> {
  const { ports } = await listPorts();
  const detail = ports.length === 0 ? "none is plugged in" : ports.map(({ path }) => path).join(", ");
  return { name: "serial ports", state: ports.length === 0 ? "missing" : "ok", detail };
}

export async function checkTerminals(): Promise<Check> {
  const name = "pseudo-terminals";
  if (process.platform === "win32") return { name, state: "missing", detail: "virtual boards use TCP here" };
  try {
    const face = await openPty({ receive: () => new Uint8Array(0) });
    await face.close();
    return { name, state: "ok", detail: `${face.path} was made and taken away again` };
  } catch (error) {
    return { name, state: "missing", detail: error instanceof Error ? error.message : String(error) };
  }
}

/** Only who builds firmware or runs it in qemu needs these. */
const optionalPrograms = [
  "arm-none-eabi-gcc",
  "avr-gcc",
  "riscv64-unknown-elf-gcc",
  "gcc",
  "clang",
  "qemu-system-arm",
  "qemu-system-riscv32",
];

export function checkPrograms(): Promise<Check[]> {
  return Promise.all(
    optionalPrograms.map(async (name): Promise<Check> => {
      const version = await versionOf(name);
      const state = version === null ? "missing" : "ok";
      return { name, state, detail: version ?? "optional: for building and emulating firmware" };
    }),
  );
}

/** Packages that run firmware in emulated processors: `spikec emulate` uses them where they are installed. */
const emulators = [
  ["rp2040js", () => import("rp2040js")],
  ["avr8js", () => import("avr8js")],
] as const;

export function checkEmulators(): Promise<Check[]> {
  return Promise.all(
    emulators.map(async ([name, load]): Promise<Check> => {
      const there = await load().then(
        () => true,
        () => false,
      );
      const detail = there
        ? "runs firmware for spikec emulate"
        : "optional: spikec emulate uses a model instead";
      return { name, state: there ? "ok" : "missing", detail };
    }),
  );
}
