/**
 * `npm run firmware`: builds every firmware whose compiler is installed, prints what each takes of its board, and writes
 * images/NAME-FIRMWARE.json. `npm run firmware rp2040-core avr328p` builds those; `--elf DIR` keeps the programs with their symbols.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, compilerVersion } from "./compile.ts";
import type { FirmwareImage } from "./image.ts";
import {
  allBuilds,
  type Build,
  buildFile,
  buildName,
  firmwareFolder,
  readConfiguration,
  sourceHash,
} from "./sources.ts";

async function buildOne(folder: string, build: Build, elfFolder: string | null): Promise<void> {
  const { name, firmware } = build;
  const file = buildFile(build);
  const configuration = readConfiguration(folder, build);
  const { recipe } = configuration;
  const compiler = await compilerVersion(recipe.compiler);
  if (compiler === null) {
    console.log(`${file.padEnd(22)} ${recipe.compiler}-gcc is not installed; its image stays as it is`);
    return;
  }
  const hash = sourceHash(folder, name, configuration);
  const keep = elfFolder === null ? undefined : join(elfFolder, `${file}.elf`);
  const { bytes, text, data, bss } = await compile(folder, name, configuration, buildName(hash), keep);
  const image: FirmwareImage = {
    name,
    firmware,
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
  writeFileSync(join(folder, "images", `${file}.json`), `${JSON.stringify(image, null, 2)}\n`);
  console.log(`${file.padEnd(22)} text ${text}, data ${data}, bss ${bss}`);
}

const asked = process.argv.slice(2);
const elfAt = asked.indexOf("--elf");
const elfFolder = elfAt < 0 ? null : asked.splice(elfAt, 2)[1];
if (elfFolder !== null) mkdirSync(elfFolder, { recursive: true });
const folder = firmwareFolder();
const isAsked = (build: Build) =>
  asked.length === 0 || asked.includes(build.name) || asked.includes(buildFile(build));
for (const build of allBuilds(folder).filter(isAsked)) await buildOne(folder, build, elfFolder);
