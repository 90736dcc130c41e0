import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { pages } from "../../src/cli/documents/pages.ts";
import { allTargets } from "../../src/target/registry.ts";
import { textOf } from "../house/sources.ts";

describe("pages made from the code", () => {
  it.each([...pages])("docs/%s is what the code gives (npm run docs writes it)", async (name, make) => {
    expect(textOf(`docs/${name}`)).toBe(await make());
  });

  it("name every command with each of its options, and every chip", async () => {
    const [page, chips] = [textOf("docs/commands.md"), textOf("docs/targets.md")];
    for (const { name } of commands) expect(page, name).toContain(`\n## ${name}\n`);
    for (const { name } of await allTargets()) expect(chips, name).toContain(`\n## ${name}\n`);
    expect(page).toMatch(/\| `--timesteps <T>` \| steps for which input is applied\. Default: 16\. \|/);
  });
});
