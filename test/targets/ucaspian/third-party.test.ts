import { execFile, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { openPty } from "../../../src/board/pty.ts";
import { createBoard } from "../../../targets/ucaspian/device.ts";

const hasPython = process.platform !== "win32" && spawnSync("python3", ["--version"]).status === 0;
const client = fileURLToPath(new URL("third_party_client.py", import.meta.url));
const vectors = fileURLToPath(new URL("../../golden/rtl/ucaspian_vectors.json", import.meta.url));

describe.runIf(hasPython)("a third party's program on the virtual board's port", () => {
  for (const name of ["ucaspian_nodelay_128_3", "ucaspian_delay15_256_12"]) {
    it(`gets the golden reply bytes of ${name}`, async () => {
      const face = await openPty(createBoard());
      const { stdout } = await promisify(execFile)("python3", [client, face.path, vectors, name]);
      expect(stdout).toContain("reply bytes exact");
      await face.close();
    });
  }

  it("is told apart from a board that answers wrongly", async () => {
    const face = await openPty({ receive: (bytes) => bytes.slice() });
    const run = promisify(execFile)("python3", [client, face.path, vectors, "ucaspian_nodelay_10_1"]);
    await expect(run).rejects.toMatchObject({ code: 1 });
    await face.close();
  });
});
