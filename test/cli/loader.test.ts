/** Boards with the loader protocol from the command line: faults on the wire, in the flash and of the person, and how they end. */
import { beforeAll, describe, expect, it } from "vitest";
import { parseFault } from "../../src/board/faults.ts";
import { listenTcp } from "../../src/board/tcp.ts";
import { mcuTarget } from "../../targets/mcu/index.ts";
import { emulateTarget } from "./boards.ts";
import { failureOf, resultOf } from "./in-process.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const path = scratch("wine.spk");
const samples = [
  "--input",
  "test/golden/models/wine.test_x.npy",
  "--labels",
  "test/golden/models/wine.test_y.npy",
];
const model = "test/golden/models/wine_mlp.onnx";
const to = (port: string, target = "rp2040") => ["--target", target, "--port", port];
const flash = (port: string, ...more: readonly string[]) => ["flash", path, ...to(port), ...more];

beforeAll(
  () =>
    resultOf([
      "convert",
      model,
      "-o",
      path,
      "--target",
      "rp2040",
      "--calib",
      "test/golden/models/wine.calib_x.npy",
    ]),
  60_000,
);

describe("a board with the loader protocol", () => {
  it("is flashed, run and verified on a wire that corrupts every tenth frame", async () => {
    const { port } = await emulateTarget("rp2040", "--tcp", "0", "--fault", "flip%10");
    expect(await resultOf(flash(port))).toMatchObject({ verified: "read back", resumedAt: 0 });
    const run = await resultOf(["run", ...to(port), "--net", path, ...samples, "--limit", "5"]);
    expect(run).toMatchObject({ mismatchedSpikes: 0, samples: 5 });
    expect(run.spikes).toBeGreaterThan(100);
    expect(run.samplesPerSecond).toBeGreaterThan(0);
    const verified = await resultOf([
      "verify",
      path,
      "--model",
      model,
      ...samples,
      "--port",
      port,
      "--board-samples",
      "3",
    ]);
    expect(verified.board).toMatchObject({ samples: 3, mismatchedSpikes: 0 });
  });

  it("takes a flash up again at the byte where the wire broke", async () => {
    const target = mcuTarget("avr328p");
    const board = target.wire!.board();
    const cut = await listenTcp(board, 0, { faults: [parseFault("disconnect@200")] });
    const words = ["flash", path, "--target", "avr328p", "--port"];
    await failureOf([...words, `socket://127.0.0.1:${cut.port}`], 6, "SPK-0507");
    await cut.close();
    const whole = await listenTcp(board, 0);
    const { resumedAt, verified } = await resultOf([
      ...words,
      `socket://127.0.0.1:${whole.port}`,
      "--resume",
    ]);
    await whole.close();
    expect(verified).toBe("read back");
    expect(resumedAt).toBeGreaterThan(0);
    expect(resumedAt % 128).toBe(0);
  });

  it("is refused when it is another target, and when it holds another network", async () => {
    const { port } = await emulateTarget("rp2040", "--tcp", "0");
    await failureOf(["flash", path, ...to(port, "cortex-m4")], 7, "SPK-0512");
    await failureOf(["run", ...to(port), "--net", path, ...samples], 8, "SPK-0515");
  });

  it("keeps its network when the flash fails or the power goes", async () => {
    const worn = await emulateTarget("rp2040", "--tcp", "0", "--fault", "worn-flash@4500");
    await failureOf(flash(worn.port), 8, "SPK-0514");
    const dark = await emulateTarget("rp2040", "--tcp", "0", "--fault", "power@1000");
    await failureOf(flash(dark.port), 7, "SPK-0508");
    expect(await resultOf(flash(dark.port))).toMatchObject({ verified: "read back" });
  });

  it("without flash is refused faults of flash", async () => {
    const words = ["emulate", "--target", "ucaspian", "--tcp", "0", "--fault", "power@1"];
    await failureOf(words, 2, "SPK-0511");
  });
});

describe("ports and doctor", () => {
  it("list what is there", async () => {
    const { ports } = await resultOf(["ports"]);
    expect(Array.isArray(ports)).toBe(true);
    const { checks } = await resultOf(["doctor"]);
    const loopback = checks.find(({ name }: { name: string }) => name === "loopback");
    expect(loopback).toMatchObject({ state: "ok", detail: expect.stringContaining("0 mismatches") });
  });
});
