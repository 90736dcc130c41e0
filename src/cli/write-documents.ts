/** `npm run docs`: writes the pages that are made from the code into the folder named as the one argument. */
import { join } from "node:path";
import { pages } from "./documents/pages.ts";
import { writeWhole } from "./files.ts";

const [folder = "docs"] = process.argv.slice(2);
for (const [name, make] of pages) {
  await writeWhole(join(folder, name), await make());
  process.stderr.write(`${join(folder, name)}\n`);
}
