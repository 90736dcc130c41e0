/** prove: the golden vectors of a chip, run in front of the user: whose they are, how many, how many exactly. */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { SpikecError } from "../../errors/error.ts";
import { allTargets, findTarget } from "../../target/registry.ts";
import type { Proof, Target } from "../../target/target.ts";
import { action, examples } from "../command.ts";
import type { CommonOptions } from "../terminal.ts";
import { proseText } from "../text.ts";

interface Options extends CommonOptions {
  readonly golden?: string;
}

/** The vectors that come with spikec: sources and built files lie at different depths. */
function shippedVectors(): string {
  const candidates = ["../../../test/golden/", "../../../../test/golden/"];
  const folders = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return folders.find((folder) => existsSync(folder)) ?? folders[0];
}

/** Paths below the folder: those that end in "/" stand for all files in them. */
async function filesOf(proof: Proof, folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of proof.files) {
    if (!name.endsWith("/")) {
      names.push(name);
      continue;
    }
    const from = join(folder, name);
    const entries = await readdir(from, { withFileTypes: true, recursive: true }).catch((cause: Error) => {
      throw new SpikecError("SPK-0405", `the vectors cannot be read: ${cause.message}`, {
        where: name,
        cause,
      });
    });
    const files = entries.filter((entry) => entry.isFile() && entry.name !== "README.md");
    const pathOf = (entry: (typeof files)[number]) =>
      relative(from, join(entry.parentPath, entry.name)).replaceAll(sep, "/");
    names.push(...files.map((entry) => name + pathOf(entry)).sort());
  }
  return names;
}

async function readVectors(proof: Proof, folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const name of await filesOf(proof, folder)) {
    const path = join(folder, name);
    const bytes = await readFile(path).catch((cause: Error) => {
      throw new SpikecError("SPK-0405", `the vectors cannot be read: ${cause.message}`, {
        where: path,
        cause,
      });
    });
    files.set(name, bytes);
  }
  return files;
}

async function proveOne(target: Target, proof: Proof, folder: string) {
  const results = await proof.run(await readVectors(proof, folder));
  const differing = results.filter(({ exact }) => !exact);
  return {
    target: target.name,
    suite: proof.suite,
    whose: proof.whose,
    vectors: results.length,
    exact: results.length - differing.length,
    differing: differing.map(({ name, difference }) => ({ name, difference })),
  };
}

export function proveCommand(command: Command): Command {
  return command
    .argument("[target]", "name of a chip; all where none is given")
    .option("--golden <folder>", "folder of golden vectors, in place of those that come with spikec")
    .addHelpText("after", examples("spikec prove", "spikec prove ucaspian"))
    .action(
      action<[string | undefined], Options>(async ({ terminal }, options, name) => {
        const chosen = name === undefined ? await allTargets() : [await findTarget(name)];
        const folder = options.golden ?? shippedVectors();
        const proofs = chosen.flatMap((target) => (target.proofs ?? []).map((proof) => ({ target, proof })));
        const results = await Promise.all(proofs.map(({ target, proof }) => proveOne(target, proof, folder)));
        const lines = results.flatMap(({ target, suite, whose, vectors, exact, differing }) => [
          proseText(`${target} ${suite}: ${exact} of ${vectors} vectors exact (${whose})`),
          ...differing.map((vector) => `  ${vector.name}: ${vector.difference}`),
        ]);
        const unproven = chosen.filter(({ proofs: own }) => own === undefined);
        lines.push(
          ...unproven.map(
            (target) => `${target.name}: no vectors of somebody else's; it is spikec's own chip`,
          ),
        );
        terminal.result({ results }, lines.join("\n"));
        const wrong = results.reduce((sum, { differing }) => sum + differing.length, 0);
        if (wrong > 0) throw new SpikecError("SPK-0803", `${wrong} vectors differ`);
      }),
    );
}
