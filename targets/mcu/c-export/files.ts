/**
 * The plain-C export: a network with everything that runs it, for boards that spikec does not know. net.c is the firmware's own
 * network code as one file; nothing of it allocates, uses floats or prints.
 */
import { allParts } from "../firmware-parts.ts";
import { layerSizes } from "../fit.ts";
import type { McuPlacement } from "../place.ts";
import { wordsOf } from "./arrays.ts";
import { type GoldenRun, goldenHeader } from "./golden.ts";
import { inputHeader, inputLines } from "./inputs.ts";
import { example, hostTest, makefile, portHeader } from "./templates.ts";

/** Sources of the firmware by path below its folder: "network/network.c". */
export type FirmwareSource = (path: string) => string;

const sourceFiles = ["network.c", "neuron.c", "spread.c", "check.c"];

/** A source without its own includes. */
const withoutIncludes = (text: string) => text.replaceAll(/^#include ".*"\n/gm, "");

function runtime(source: FirmwareSource): string {
  const headers = ["flash.h", "image.h", "parts.h"].map((name) => withoutIncludes(source(`network/${name}`)));
  const code = sourceFiles.map((name) => withoutIncludes(source(`network/${name}`)));
  return [
    "/* The network's code as one file, made by spikec export --to c from targets/mcu/firmware/network. */",
    '#include "net.h"\n',
    "/* Only what net.h declares is seen from outside. */",
    "#define NETWORK_ONE_FILE\n",
    ...headers,
    ...code,
  ].join("\n");
}

/** Names that C knows: letters, digits and underscores. */
const identifier = (name: string) =>
  name
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_|_$/g, "")
    .toUpperCase();

function header({ network, parts, bytes, report }: McuPlacement, source: FirmwareSource): string {
  const arena = report.uses.find(({ resource }) => resource === "RAM bytes")!.used;
  const layers = network.populations.map(
    ({ name }, index) =>
      `#define NET_${identifier(name)} ${index} /* ${parts.populations[index].neurons} neurons */`,
  );
  const numbers = [
    `#define NET_STEPS ${parts.steps} /* steps of a run: T and the latency of the readout */`,
    `#define NET_TIMESTEPS ${parts.timesteps} /* steps with input */`,
    `#define NET_INPUTS ${parts.inputs.reduce((sum, { count }) => sum + count, 0)}`,
    `#define NET_READOUT ${parts.readout} /* the population that is read: ${parts.read} */`,
    `#define NET_READOUT_NEURONS ${parts.populations[parts.readout].neurons}`,
    `#define NET_IMAGE_BYTES ${bytes.length}`,
    "extern const uint32_t net_image[NET_IMAGE_BYTES / 4];",
  ];
  const declarations = source("network/network.h");
  const end = declarations.lastIndexOf("#endif");
  return [
    declarations
      .slice(0, end)
      .replace(
        '#include "config.h"',
        `#define NETWORK_ARENA ${arena}\n#define NETWORK_PARTS ${allParts}\n#define NETWORK_CHECKED`,
      ),
    "/* This network. Populations by number: */",
    ...layers,
    ...numbers,
    "\n#endif\n",
  ].join("\n");
}

function weights({ bytes }: McuPlacement): string {
  const words = wordsOf(bytes);
  const lines: string[] = [];
  for (let i = 0; i < words.length; i += 8) lines.push(`    ${words.slice(i, i + 8).join(", ")},`);
  return `/* The network image of docs/protocol.md. */\n#include "net.h"\n\nconst uint32_t net_image[NET_IMAGE_BYTES / 4] = {\n${lines.join("\n")}\n};\n`;
}

function report(placement: McuPlacement): string {
  const { network, parts, bytes, report: fit } = placement;
  const sizes = layerSizes(network, parts);
  const rows = sizes.map(({ layer, flash, ram }, index) => {
    const population = parts.populations[index - parts.inputs.length];
    const spikes = population === undefined ? ram : ram - 4 * population.neurons;
    return `| ${layer} | ${flash} | ${ram} | ${spikes} |`;
  });
  const tables = bytes.length - sizes.reduce((sum, { flash }) => sum + flash, 0);
  const arena = fit.uses.find(({ resource }) => resource === "RAM bytes")!.used;
  return [
    `# ${network.name} in C`,
    "",
    "| layer | ROM bytes | RAM bytes | of these spikes |",
    "|---|---|---|---|",
    ...rows,
    `| tables and golden spikes | ${tables} | 0 | 0 |`,
    `| sum | ${bytes.length} | ${arena} | |`,
    "",
    "ROM and RAM are exact: weights, parameters and state, counted from the image. The stack is the same for all layers, since",
    "nothing is kept on it for a neuron: about 300 bytes on a Cortex-M0 (estimated from the compiler's frame sizes, arm-none-eabi-gcc",
    "12.2 -Os); `make stack` prints those of your compiler. The code itself takes about 4 KiB on a Cortex-M.",
    "",
    ...inputLines(network),
  ].join("\n");
}

export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

/** placement: for the board `anyBoard`; golden: what the simulator says of the same network. */
export function exportC(
  placement: McuPlacement,
  golden: GoldenRun,
  source: FirmwareSource,
): readonly ExportedFile[] {
  const inputs = inputHeader(placement.network);
  return [
    { name: "net.h", text: header(placement, source) },
    ...(inputs === null ? [] : [{ name: "net_inputs.h", text: inputs }]),
    { name: "net.c", text: runtime(source) },
    { name: "net_weights.c", text: weights(placement) },
    { name: "net_port.h", text: portHeader },
    { name: "main.c", text: example },
    { name: "golden.h", text: goldenHeader(placement, golden) },
    { name: "host_test.c", text: hostTest },
    { name: "Makefile", text: makefile },
    { name: "report.md", text: report(placement) },
  ];
}
