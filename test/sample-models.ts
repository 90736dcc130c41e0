/**
 * The sample networks and their data: small copies lie in this repository; the whole collection lies beside it on
 * machines that have it, and then more is tested.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readNpy } from "../src/data/npy.ts";

const fromHere = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const inRepository = [fromHere("../models/"), fromHere("golden/models/")];
const collection = fromHere("../../shared/models/");

/** Whether the whole collection is there: the larger networks and their data. */
export const hasCollection = existsSync(collection);

/** Path of a sample file: the copy in this repository, or else that of the collection. */
export function samplePath(file: string): string {
  const folders = [...inRepository, collection];
  const folder = folders.find((candidate) => existsSync(candidate + file));
  if (folder === undefined) throw new Error(`no sample file ${file}`);
  return folder + file;
}

export function sampleArray(file: string): Float32Array {
  return Float32Array.from(readNpy(readFileSync(samplePath(file)), file).data);
}

/** What file values are divided by to become network inputs. */
const inputScale: ReadonlyMap<string, number> = new Map([
  ["digits", 16],
  ["wine", 1],
  ["mnist", 255],
  ["fmnist", 255],
]);

/** The test inputs of a data set (digits, wine, mnist, fmnist) in the network's units, and how many they are. */
export function testInputs(dataSet: string): { readonly samples: Float32Array; readonly count: number } {
  const scale = inputScale.get(dataSet) ?? 1;
  const samples = sampleArray(`${dataSet}.test_x.npy`).map((value) => value / scale);
  return { samples, count: sampleArray(`${dataSet}.test_y.npy`).length };
}
