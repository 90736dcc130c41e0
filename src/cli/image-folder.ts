/** Images on disk: a folder with one file an artifact, and the name of the target. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { SpikecError } from "../errors/error.ts";
import type { Image } from "../target/target.ts";
import { makeFolder, notWritten, readBytes } from "./files.ts";

/** The file of an Image that names its target. */
const imageLabel = "target.json";

/** Written aside as a whole, then renamed. Throws SPK-0902. */
export async function writeImage(path: string, image: Image): Promise<void> {
  const folder = resolve(path); // Without a slash at the end, behind which "aside" would lie inside.
  const aside = join(dirname(folder), `.${basename(folder)}.${process.pid}.part`);
  try {
    await refuseForeign(folder);
    await makeFolder(dirname(folder));
    await mkdir(aside);
    await writeFile(join(aside, imageLabel), `${JSON.stringify({ target: image.target })}\n`);
    for (const { name, bytes } of image.artifacts) await writeFile(join(aside, name), bytes);
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
  } catch (cause) {
    await rm(aside, { recursive: true, force: true }).catch(() => {});
    throw notWritten(path, cause);
  }
}

/** An existing folder is replaced only if it is an Image (or empty): nobody loses other files. */
async function refuseForeign(folder: string): Promise<void> {
  const entries: string[] = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (entries.length > 0 && !entries.includes(imageLabel))
    throw new SpikecError("SPK-0902", "the folder holds other files; name a new one", { where: folder });
}

/** Throws SPK-0404 for a folder that is no Image. */
export async function readImage(folder: string): Promise<Image> {
  const label = await readFile(join(folder, imageLabel), "utf8").catch(() => null);
  if (label === null) throw new SpikecError("SPK-0404", `the folder has no ${imageLabel}`, { where: folder });
  const { target } = parseLabel(label, folder);
  const names = (await readdir(folder)).filter((name) => name !== imageLabel).sort();
  const artifacts = await Promise.all(
    names.map(async (name) => ({ name, bytes: await readBytes(join(folder, name)) })),
  );
  return { target, artifacts };
}

function parseLabel(text: string, folder: string): { target: string } {
  try {
    const { target } = JSON.parse(text);
    if (typeof target === "string") return { target };
  } catch {
    // Falls through: not JSON.
  }
  throw new SpikecError("SPK-0404", `${imageLabel} names no target`, { where: folder });
}
