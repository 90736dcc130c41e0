/** The firmware in qemu: a machine of the board's kind with the image from the repository in its memory, its UART on a TCP port. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Link } from "../../src/link/link.ts";
import { openLink } from "../../src/link/node/open.ts";
import { type FirmwareImage, firmwareBytes } from "../../targets/mcu/firmware/image.ts";

interface Machine {
  readonly program: string;
  readonly options: readonly string[];
  /** images/NAME-FIRMWARE.json */
  readonly image: string;
}

/** Which firmware of a board. */
export type Firmware = "core" | "whole";

/** By target. */
const machines: Readonly<Record<string, Machine>> = {
  "cortex-m0": { program: "qemu-system-arm", options: ["-M", "microbit"], image: "cortex-m0" },
  "cortex-m3": { program: "qemu-system-arm", options: ["-M", "mps2-an385"], image: "cortex-m3" },
  "cortex-m4": { program: "qemu-system-arm", options: ["-M", "netduinoplus2"], image: "cortex-m4-qemu" },
  rv32: { program: "qemu-system-riscv32", options: ["-M", "virt", "-bios", "none"], image: "rv32" },
};

export const qemuTargets = Object.keys(machines);

/** file: a name in images/. */
export function firmwareImage(name: string): FirmwareImage {
  const file = new URL(`../../targets/mcu/firmware/images/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
}

/** A port of this machine that is free at the moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** qemu opens its port a moment after it was started. */
async function opened(port: string, qemu: ChildProcess): Promise<Link> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await openLink(port, { baudRate: 115_200 });
    } catch (error) {
      if (attempt === 100 || qemu.exitCode !== null) throw error;
      await pause(50);
    }
  }
}

export interface QemuBoard {
  /** A link to the board, which keeps its state from one link to the next. */
  open(): Promise<Link>;
  close(): Promise<void>;
}

/** Throws where qemu is not installed: apt-get install qemu-system-arm qemu-system-misc. */
export async function startQemu(target: string, which: Firmware = "whole"): Promise<QemuBoard> {
  const { program, options, image } = machines[target];
  const folder = mkdtempSync(join(tmpdir(), "spikec-qemu-"));
  const file = join(folder, "firmware.bin");
  const firmware = firmwareImage(`${image}-${which}`);
  writeFileSync(file, firmwareBytes(firmware));
  const port = await freePort();
  const qemu = spawn(
    program,
    [
      ...options,
      ...["-display", "none", "-monitor", "none"],
      ...["-device", `loader,file=${file},addr=0x${firmware.loadAt.toString(16)},force-raw=on`],
      ...["-serial", `tcp:127.0.0.1:${port},server=on,wait=off,nodelay=on`],
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const failure = new Promise<never>((_, reject) => {
    qemu.once("error", (cause) =>
      reject(new Error(`${program} is needed: apt-get install qemu-system-arm qemu-system-misc`, { cause })),
    );
  });
  failure.catch(() => {});
  return {
    open: () => Promise.race([opened(`socket://127.0.0.1:${port}`, qemu), failure]),
    async close() {
      if (qemu.exitCode === null && qemu.pid !== undefined) {
        const ended = once(qemu, "exit");
        qemu.kill("SIGKILL");
        await ended;
      }
      rmSync(folder, { recursive: true });
    },
  };
}
