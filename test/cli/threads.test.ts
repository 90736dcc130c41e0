/** Samples on threads: contiguous shares that together are the whole, and workers that end early. */
import { describe, expect, it } from "vitest";
import { type IntegerPart, runPart } from "../../src/cli/integer-part.ts";
import { runOnThreads, sharesOf } from "../../src/cli/threads.ts";
import { createActivity } from "../../src/simulate/activity.ts";
import { spreadsOf } from "../../src/simulate/fan-out.ts";
import { sampleNetwork } from "../network/sample-network.ts";
import { convert, digits, writeNetwork } from "./networks.ts";
import { resultOf, scratchFolder, spikec } from "./spikec.ts";

const scratch = scratchFolder();

const job = { network: sampleNetwork, readAt: [sampleNetwork.timesteps], engine: undefined };
const count = 7;
const batch = { count, values: Float32Array.from({ length: count * 16 }, (_, i) => (i * 37) % 256) };
const watch = { after: async () => {}, observed: 0 };

function threadsOf(script: string, signal = new AbortController().signal) {
  const url = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
  return runOnThreads(job, batch, { threads: 2, signal, report: () => {}, script: url });
}

function layersOf(parts: readonly IntegerPart[]) {
  const activity = createActivity(sampleNetwork, spreadsOf(sampleNetwork));
  for (const part of parts) activity.addCounts(part.activities[0]);
  return { layers: activity.layers(), synops: activity.synops() };
}

describe("shares of the samples", () => {
  it("follow one another, none empty, and hold every sample once", () => {
    for (const threads of [1, 2, 3, 7, 12]) {
      const shares = sharesOf(batch, threads);
      expect(shares.length).toBe(Math.min(threads, count));
      expect(shares.flatMap(({ values }) => [...values])).toEqual([...batch.values]);
      expect(shares.reduce((sum, share) => sum + share.count, 0)).toBe(count);
    }
  });

  it("give together what one thread gives", async () => {
    const whole = await runPart(job, batch, watch);
    const parts = await Promise.all(sharesOf(batch, 3).map((share) => runPart(job, share, watch)));
    expect(parts.flatMap(({ predicted }) => [...predicted[0]])).toEqual([...whole.predicted[0]]);
    expect(layersOf(parts)).toEqual(layersOf([whole]));
  });
});

describe("a worker", () => {
  it("that ends without a result is an error with its exit code", async () => {
    await expect(threadsOf("process.exit(3)")).rejects.toMatchObject({
      code: "SPK-0805",
      message: expect.stringContaining("code 3"),
    });
  });

  it("that throws is an error with what it said", async () => {
    await expect(threadsOf('throw new Error("out of memory")')).rejects.toMatchObject({
      code: "SPK-0805",
      message: expect.stringContaining("out of memory"),
    });
  });

  it("that never answers is ended by Ctrl-C", async () => {
    const controller = new AbortController();
    const running = threadsOf("setInterval(() => {}, 1000)", controller.signal);
    controller.abort(new Error("interrupted"));
    await expect(running).rejects.toThrow("interrupted");
  });
});

describe("spikec simulate --device", () => {
  it("says that --threads does nothing there, and compares with the engine that was asked for", async () => {
    const path = writeNetwork(scratch("device.spk"), await convert(digits, "generic", 8));
    const words = ["simulate", path, ...digits.samples, "--limit", "2", "--device", "generic"];
    const { code, stderr } = await spikec([...words, "--threads", "2", "--engine", "reference"]);
    expect(stderr).toContain("note: --threads shares out simulations");
    expect(code).toBe(0);
  });
});

describe("spikec simulate", () => {
  it("prints the same for any number of threads and for both engines", async () => {
    const path = writeNetwork(scratch("digits.spk"), await convert(digits, "generic", 8));
    const words = ["simulate", path, ...digits.samples, "--limit", "100"];
    const expected = await resultOf([...words, "--engine", "reference"]);
    for (const options of [["--threads", "2"], ["--threads", "3", "--engine", "reference"], []])
      expect(await resultOf([...words, ...options])).toEqual(expected);
  });
});
