/** Compiles the firmware of one board: all sources at once, optimised as one program; overflowing memory fails the build. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { bootCrc, bootStageBytes } from "../emulated/boot-rom.ts";
import type { FirmwareName } from "../firmware-parts.ts";
import { configHeader, helloHeader } from "./headers.ts";
import type { Configuration, Recipe } from "./recipe.ts";

const execute = promisify(execFile);

/** What every board runs. */
export const commonSources = [
  "network/network.c",
  "network/neuron.c",
  "network/spread.c",
  "network/check.c",
  "loader/wire.c",
  "loader/crc32.c",
  "loader/frame.c",
  "loader/slots.c",
  "loader/upload.c",
  "loader/runs.c",
  "loader/loader.c",
];

export const commonFlags = [
  ..."-std=gnu99 -Os -flto -fwhole-program -Wall -Wextra -Werror -ffreestanding -fno-builtin".split(" "),
  // No library is linked: loops must not become calls of memcpy and memset.
  ..."-fno-tree-loop-distribute-patterns -ffunction-sections -fno-common -fmerge-all-constants".split(" "),
  // Variables side by side are reached from one address.
  ..."-fno-data-sections -Wl,--gc-sections -Wl,--fatal-warnings -fstack-usage".split(" "),
];

/** The core is small first of all: values stay in memory, as registers are few. The whole one may be larger, and has more to do. */
export const firmwareFlags: Readonly<Record<FirmwareName, readonly string[]>> = {
  core: "-fno-tree-loop-im -fno-move-loop-invariants -fno-tree-coalesce-vars -fno-partial-inlining".split(
    " ",
  ),
  whole: ["-O2"],
};

export interface Compiled {
  /** What goes into flash (or memory), from the recipe's loadAt on. */
  readonly bytes: Uint8Array;
  readonly text: number;
  readonly data: number;
  readonly bss: number;
}

/** First line of what the compiler says of itself; null where it is not installed. */
export async function compilerVersion(prefix: string): Promise<string | null> {
  try {
    return (await execute(`${prefix}-gcc`, ["--version"])).stdout.split("\n")[0];
  } catch {
    return null;
  }
}

/** text, data and bss as the program `size` counts them. */
async function sizesOf(prefix: string, program: string) {
  const { stdout } = await execute(`${prefix}-size`, [program]);
  const [text, data, bss] = stdout.trim().split("\n")[1].trim().split(/\s+/).map(Number);
  return { text, data, bss };
}

/** Throws where the program takes more than the recipe allows; other boards' linker scripts do the same by themselves. */
function checkLimits({ text, data, bss }: Omit<Compiled, "bytes">, recipe: Recipe): void {
  const { flashLimit = Number.POSITIVE_INFINITY, ramLimit = Number.POSITIVE_INFINITY, stack = 0 } = recipe;
  if (text + data > flashLimit) throw new Error(`${text + data} bytes of flash, at most ${flashLimit}`);
  if (data + bss + stack > ramLimit)
    throw new Error(`${data + bss} bytes of RAM and ${stack} of stack, at most ${ramLimit}`);
}

/** The RP2040's boot ROM wants a CRC behind the second boot stage. */
function sealBootStage(bytes: Uint8Array): void {
  new DataView(bytes.buffer).setUint32(bootStageBytes, bootCrc(bytes.subarray(0, bootStageBytes)), true);
}

/** folder: the firmware's. build: what HELLO says. keep: where the program with its symbols goes, for people. */
export async function compile(
  folder: string,
  name: string,
  configuration: Configuration,
  build: string,
  keep?: string,
): Promise<Compiled> {
  const { compiler, flags, sources } = configuration.recipe;
  const place = await mkdtemp(join(tmpdir(), "spikec-firmware-"));
  try {
    await writeFile(join(place, "config.h"), configHeader(configuration, build));
    await writeFile(join(place, "hello.h"), helloHeader(configuration, build));
    const program = keep ?? join(place, `${name}.elf`);
    const include = [
      `-I${place}`,
      `-L${join(folder, "boards", name)}`,
      `-L${join(folder, "boards/cortex-m")}`,
    ];
    const inputs = [...commonSources, ...sources].map((source) => join(folder, source));
    const script = compiler === "avr" ? [] : ["-nostartfiles", "-nostdlib", "-T", "board.ld"];
    const vector = configuration.recipe.define.UART_INTERRUPT;
    if (vector !== undefined) script.push(`-Wl,--defsym=UART_INTERRUPT=${vector}`);
    const all = [
      ...commonFlags,
      ...firmwareFlags[configuration.firmware],
      ...flags,
      ...include,
      ...script,
      ...inputs,
      "-lgcc",
      "-o",
      program,
    ];
    await execute(`${compiler}-gcc`, all, { cwd: place });
    const binary = join(place, "firmware.bin");
    await execute(`${compiler}-objcopy`, ["-O", "binary", program, binary]);
    const sizes = await sizesOf(compiler, program);
    checkLimits(sizes, configuration.recipe);
    const bytes = new Uint8Array(await readFile(binary));
    if (configuration.recipe.bootStage === "rp2040") sealBootStage(bytes);
    return { bytes, ...sizes };
  } finally {
    await rm(place, { recursive: true });
  }
}
