import { existsSync, readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { createBreather, listenForInterrupt } from "../../src/cli/interrupt.ts";
import type { Network } from "../../src/network/network.ts";
import { decodeNetwork } from "../../src/network/spk/spk.ts";
import { hasSignals, pause } from "./boards.ts";
import { convert, digits, wine, writeNetwork } from "./networks.ts";
import { type Ended, scratchFolder, start } from "./spikec.ts";

const scratch = scratchFolder();
let network: Network;

beforeAll(async () => {
  network = await convert(wine, "generic", 8);
});

/** The network, and so much time that no simulation of it ends within a test. */
const endless = (timesteps = 60_000) =>
  writeNetwork(scratch(`endless-${timesteps}.spk`), { ...network, timesteps });

/** Starts a command, presses Ctrl-C when it says that it is at work, and tells how long it took to end. */
async function interrupted(words: string[], atWork: RegExp): Promise<Ended & { milliseconds: number }> {
  const process = start([...words, "--json-events"]);
  await process.said(atWork);
  const pressed = performance.now();
  process.child.kill("SIGINT");
  const ended = await process.ended;
  return { ...ended, milliseconds: performance.now() - pressed };
}

/** What a person may wait at most after Ctrl-C. */
const soon = 1000;

describe.runIf(hasSignals)("Ctrl-C", () => {
  it("ends a conversion at once, also in the middle of a layer, and leaves no file", async () => {
    const output = scratch("never", "digits.spk");
    const words = [
      "convert",
      digits.model,
      "-o",
      output,
      "--calib",
      digits.calibration,
      "--input-scale",
      "16",
    ];
    // So many steps that the layer's own computation takes much longer than the wait.
    const slow = [...words, "--target", "ucaspian", "--timesteps", "512"];
    const { code, stdout, milliseconds } = await interrupted(slow, /"label":"converting"/);
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(milliseconds).toBeLessThan(soon);
    expect(existsSync(scratch("never"))).toBe(false);
  });

  it("ends a simulation between two samples, and leaves no file", async () => {
    const words = ["simulate", endless(), ...wine.samples, "--trace", scratch("never.npz")];
    const { code, stdout, stderr, milliseconds } = await interrupted(words, /"done":1,/);
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toContain("error SPK-0003: interrupted\n  help: Nothing half-written was left behind");
    expect(milliseconds).toBeLessThan(soon);
    expect(existsSync(scratch("never.npz"))).toBe(false);
  });

  it("ends a verification, on the integers and on the emulated chip", async () => {
    const words = ["verify", endless(), "--model", wine.model, ...wine.samples];
    const integers = await interrupted(words, /"label":"integers".*"done":1,/);
    expect(integers).toMatchObject({ code: 130, stdout: "" });
    expect(integers.milliseconds).toBeLessThan(soon);
    // A chip finishes the sample that it is at: 60,000 steps of it take a second by themselves.
    const chip = ["simulate", endless(20_000), "--device", "generic", ...wine.samples];
    const emulated = await interrupted(chip, /"label":"emulating generic".*"done":1,/);
    expect(emulated).toMatchObject({ code: 130, stdout: "" });
    expect(emulated.milliseconds).toBeLessThan(soon);
  });

  it("is told as an object with --json", async () => {
    const words = ["simulate", endless(), ...wine.samples, "--json"];
    const { code, stdout } = await interrupted(words, /"done":1,/);
    expect(code).toBe(130);
    expect(JSON.parse(stdout).error).toMatchObject({ code: "SPK-0003", message: "interrupted" });
  });
});

describe("a process that is killed while it writes", () => {
  const digitsWords = ["convert", wine.model, "--calib", wine.calibration];

  it("leaves the whole file or none", async () => {
    for (let attempt = 0; attempt < 3; attempt++) {
      const folder = scratch(`killed${attempt}`);
      const process = start([...digitsWords, "-o", scratch(`killed${attempt}`, "wine.spk")]);
      let over = false;
      process.ended.then(() => {
        over = true;
      });
      // The first sign of anything in the folder is where writing begins.
      while (!over && !(existsSync(folder) && readdirSync(folder).length > 0)) await pause(0);
      process.child.kill("SIGKILL");
      await process.ended;
      const written = readdirSync(folder).filter((name) => name.endsWith(".spk"));
      for (const name of written)
        expect(decodeNetwork(readFileSync(scratch(`killed${attempt}`, name)), name).name).toBe("wine_mlp");
    }
  });
});

describe("listening for Ctrl-C", () => {
  it("aborts the signal with an error of exit code 130, and then listens no more", () => {
    const before = process.listenerCount("SIGINT");
    const { signal, release } = listenForInterrupt();
    expect(process.listenerCount("SIGINT")).toBe(before + 1);
    process.emit("SIGINT");
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ code: "SPK-0003", exitCode: 130 });
    expect(process.listenerCount("SIGINT"), "a second Ctrl-C is the system's").toBe(before);
    release();
    expect(process.listenerCount("SIGINT")).toBe(before);
  });

  it("leaves Ctrl-C to the system during a long computation, and takes it back", async () => {
    const before = process.listenerCount("SIGINT");
    const { compute, release } = listenForInterrupt();
    expect(await compute(() => process.listenerCount("SIGINT"))).toBe(before);
    expect(process.listenerCount("SIGINT")).toBe(before + 1);
    await expect(
      compute(() => {
        throw new Error("as it may");
      }),
    ).rejects.toThrow("as it may");
    expect(process.listenerCount("SIGINT")).toBe(before + 1);
    release();
  });

  it("does not begin a computation after Ctrl-C", async () => {
    const { compute, release } = listenForInterrupt();
    let begun = false;
    setImmediate(() => process.emit("SIGINT"));
    const computing = compute(() => {
      begun = true;
    });
    await expect(computing).rejects.toMatchObject({ code: "SPK-0003" });
    expect(begun).toBe(false);
    release();
  });

  it("throws at the next breath", async () => {
    const controller = new AbortController();
    const breathe = createBreather(controller.signal);
    await breathe();
    controller.abort(new Error("enough"));
    await expect(breathe()).rejects.toThrow("enough");
  });
});
