/** Files of test/golden/nir. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../../golden/nir/", import.meta.url);

/** name: "conformance/conv1d.nir". */
export function goldenNir(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, folder)));
}

/** "conformance/conv1d.nir" and so on, of one folder. */
export function goldenNirNames(part: "conformance" | "conformance_negative"): string[] {
  return readdirSync(fileURLToPath(new URL(`${part}/`, folder))).map((name) => `${part}/${name}`);
}
