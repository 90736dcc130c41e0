/**
 * `npm run firmware`: builds every firmware whose compiler is installed, prints what each takes of its board, and writes
 * images/NAME.json. `npm run firmware rp2040 avr328p` builds those; `--elf DIR` keeps the programs with their symbols.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, compilerVersion } from "./compile.ts";
import type { FirmwareImage } from "./image.ts";
import { buildName, firmwareFolder, firmwareNames, readConfiguration, sourceHash } from "./sources.ts";

async function buildOne(folder: string, name: string, elfFolder: string | null): Promise<void> {
  const configuration = readConfiguration(folder, name);
  const { recipe } = configuration;
  const compiler = await compilerVersion(recipe.compiler);
  if (compiler === null) {
    console.log(`${name.padEnd(16)} ${recipe.compiler}-gcc is not installed; its image stays as it is`);
    return;
  }
  const hash = sourceHash(folder, name, configuration);
  const keep = elfFolder === null ? undefined : join(elfFolder, `${name}.elf`);
  const { bytes, text, data, bss } = await compile(folder, name, configuration, buildName(hash), keep);
  const image: FirmwareImage = {
    name,
    board: configuration.board.name,
    sources: hash,
    compiler,
    loadAt: recipe.loadAt,
    slotsAt: recipe.slotsAt,
    text,
    data,
    bss,
    bytes: Buffer.from(bytes).toString("base64"),
  };
  writeFileSync(join(folder, "images", `${name}.json`), `${JSON.stringify(image, null, 2)}\n`);
  console.log(`${name.padEnd(16)} text ${text}, data ${data}, bss ${bss}`);
}

const asked = process.argv.slice(2);
const elfAt = asked.indexOf("--elf");
const elfFolder = elfAt < 0 ? null : asked.splice(elfAt, 2)[1];
if (elfFolder !== null) mkdirSync(elfFolder, { recursive: true });
const folder = firmwareFolder();
const names = asked.length > 0 ? asked : firmwareNames(folder);
for (const name of names) await buildOne(folder, name, elfFolder);
