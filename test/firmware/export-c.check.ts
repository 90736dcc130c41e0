/** The plain-C export under gcc and clang with the sanitizers of each: the simulator's spikes, and damaged images without harm. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeC } from "../../src/cli/export-c.ts";
import { SpikecError } from "../../src/errors/error.ts";
import type { Network } from "../../src/network/network.ts";
import { draws, randomNetwork } from "../simulate/wasm/random-network.ts";
import { converted, tamed } from "../targets/mcu/networks.ts";

const execute = promisify(execFile);
const warnings = "-std=c99 -Wall -Wextra -Werror -pedantic -O1";

/** clang comes without the library of its address sanitizer on some systems; its other checks need none. */
const compilers = [
  ["gcc", `${warnings} -fsanitize=address,undefined -fno-sanitize-recover=all`],
  ["clang", `${warnings} -fsanitize=undefined -fsanitize-trap=all`],
] as const;

/** What host_test prints last: "0 mismatches / N spikes". */
async function hostTest(network: Network, compiler: string, flags: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "spikec-c-"));
  try {
    await writeC(network, folder);
    const { stdout } = await execute("make", [`CC=${compiler}`, `CFLAGS=${flags}`, "example", "test"], {
      cwd: folder,
    });
    return stdout.trim().split("\n").at(-1)!;
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe.each(compilers)("the C export under %s", (compiler, flags) => {
  it.each(["wine_mlp", "digits_mlp"])("of %s spikes as the simulation does", async (model) => {
    expect(await hostTest(await converted(model, 16), compiler, flags)).toMatch(
      /^0 mismatches \/ [1-9]\d* spikes$/,
    );
  });

  it("of random networks spikes as the simulation does", async () => {
    let ran = 0;
    await fc.assert(
      fc.asyncProperty(draws, async (draw) => {
        const drawn = randomNetwork(draw);
        const network = { ...drawn, populations: drawn.populations.map(tamed) };
        try {
          expect(await hostTest(network, compiler, flags)).toMatch(/^0 mismatches \/ \d+ spikes$/);
          ran++;
        } catch (error) {
          // Sums that a 32-bit word might not hold are refused, as they should be.
          if (!(error instanceof SpikecError) || error.code !== "SPK-0401") throw error;
        }
      }),
      // A failing network is not made smaller: every try compiles and runs.
      { numRuns: 12, endOnFailure: true },
    );
    expect(ran).toBeGreaterThan(4);
  });
});
