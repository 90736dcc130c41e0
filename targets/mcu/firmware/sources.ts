/** The firmware's sources on this machine, and the hash of all that goes into one board's image. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { boards } from "../chip.ts";
import { type FirmwareName, firmwareParts } from "../firmware-parts.ts";
import { commonFlags, commonSources, firmwareFlags } from "./compile.ts";
import { configHeader, helloHeader } from "./headers.ts";
import { type Configuration, configurationOf, type Recipe } from "./recipe.ts";

const inRepository = "targets/mcu/firmware";

/** The firmware's folder: this one, or, seen from the built program, that of the repository around it. */
export function firmwareFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, inRepository, commonSources[0]))) {
    if (dirname(folder) === folder)
      throw new Error(`the sources of the firmware (${inRepository}) are not here`);
    folder = dirname(folder);
  }
  return join(folder, inRepository);
}

/** A firmware of a board, or of a variant of one: a folder under boards/. */
export interface Build {
  readonly name: string;
  readonly firmware: FirmwareName;
}

/** Its image is images/BUILD.json. */
export const buildFile = ({ name, firmware }: Build) => `${name}-${firmware}`;

function readRecipe(folder: string, name: string): Recipe {
  return JSON.parse(readFileSync(join(folder, "boards", name, "build.json"), "utf8"));
}

/** All firmwares: of each folder under boards/ with a recipe the core, and the whole. */
export function allBuilds(folder: string): Build[] {
  const names = readdirSync(join(folder, "boards")).filter((name) =>
    existsSync(join(folder, "boards", name, "build.json")),
  );
  return names.sort().flatMap((name) => {
    const firmwares = readRecipe(folder, name).firmwares ?? (Object.keys(firmwareParts) as FirmwareName[]);
    return firmwares.map((firmware) => ({ name, firmware }));
  });
}

export function readConfiguration(folder: string, { name, firmware }: Build): Configuration {
  const recipe = readRecipe(folder, name);
  const board = boards.find((one) => one.name === (recipe.board ?? name));
  if (board === undefined) throw new Error(`there is no board ${recipe.board ?? name}`);
  return configurationOf(board, recipe, firmware);
}

/** Everything a board's image is made of: sources by path, what is made of the board's numbers, and the compiler's flags. */
export function sourceHash(folder: string, name: string, configuration: Configuration): string {
  const { sources, flags } = configuration.recipe;
  const rooms = new Set([
    "network",
    "loader",
    ...sources.map((source) => posix.dirname(source)),
    `boards/${name}`,
  ]);
  const hash = createHash("sha256");
  for (const room of [...rooms].sort())
    for (const file of readdirSync(join(folder, room)).sort()) {
      hash.update(`${room}/${file}\n`);
      hash.update(readFileSync(join(folder, room, file), "utf8").replaceAll("\r\n", "\n"));
    }
  hash.update(configHeader(configuration, ""));
  hash.update(helloHeader(configuration, ""));
  hash.update([...commonFlags, ...firmwareFlags[configuration.firmware], ...flags].join(" "));
  return hash.digest("hex");
}

/** What HELLO says of a firmware of these sources. */
export function buildName(hash: string): string {
  return `spikec ${hash.slice(0, 8)}`;
}
