import { beforeAll, describe, expect, it } from "vitest";
import { type Board, emulate, faces, hasProcessorTimes, hasSignals, pause, processorTime } from "./boards.ts";
import { failureOf, resultOf } from "./in-process.ts";
import { convert, wine, writeNetwork } from "./networks.ts";
import { type Running, scratchFolder, spikec, start } from "./spikec.ts";

const scratch = scratchFolder();
let path: string;

beforeAll(async () => {
  path = writeNetwork(scratch("wine.spk"), await convert(wine, "ucaspian", 16));
});

const to = (port: string) => ["--target", "ucaspian", "--port", port];
const flash = (port: string) => ["flash", path, ...to(port)];
const run = (port: string) => ["run", ...to(port), "--net", path, ...wine.samples];
/** A line of serial speed on which a flash takes a second. */
const slowly = ["--baud", "57600"];
/** What a person may wait at most to hear that a board is gone, in milliseconds. */
const soon = 1000;

/** A flash in the middle, some acknowledgements received and many to come. */
async function halfFlashed({ port }: Board): Promise<Running> {
  const flashing = start([...flash(port), "--json-events"]);
  await flashing.said(/"done":[1-9]\d{2,}/);
  return flashing;
}

async function millisecondsUntil(ended: Promise<unknown>): Promise<number> {
  const started = performance.now();
  await ended;
  return performance.now() - started;
}

describe.each(faces)("a board on emulate %s", (...face) => {
  it("that is silent, or falls silent in a flash or a run, is reported with exit code 6", async () => {
    const faults = ["silent", "silent@600", "drop@300", "silent@2000"];
    const boards = await Promise.all(faults.map((fault) => emulate(...face, "--fault", fault)));
    const [first, second, third, last] = boards.map(({ port }) => port);
    await resultOf(flash(last));
    const ended = await Promise.all(
      [flash(first), flash(second), flash(third), run(last)].map((words) => spikec(words)),
    );
    ended.forEach(({ code, stdout, stderr }, i) => {
      expect({ code, stdout }, `a board with the fault ${faults[i]}`).toEqual({ code: 6, stdout: "" });
      expect(stderr).toMatch(
        /^error SPK-0506: nothing came for 2 s\n {2}where: \S+\n {2}help: Check power, cable/,
      );
      expect(stderr).toContain(`where: ${boards[i].port}\n`);
    });
  });

  it("that is unplugged in the middle of a flash or of a run is reported at once, with exit code 6", async () => {
    const flashing = await emulate(...face, "--fault", "disconnect@600");
    const running = await emulate(...face, "--fault", "disconnect@2000");
    const { stderr } = await failureOf(flash(flashing.port), 6, "SPK-0507");
    expect(stderr).toContain("a flash that was cut off must be repeated");
    await resultOf(flash(running.port));
    const took = await millisecondsUntil(failureOf(run(running.port), 6, "SPK-0507"));
    expect(took, "milliseconds of the whole command").toBeLessThan(soon + 500);
  });

  it("that a fault unplugs is gone, and its program ends; or it is plugged in again after a while", async () => {
    const board = await emulate(...face, "--fault", "disconnect@600");
    await failureOf(flash(board.port), 6, "SPK-0507");
    expect(await board.ended).toMatchObject({ code: 0 });
    const again = await emulate("--tcp", "0", "--fault", "disconnect@600", "--replug", "0.3");
    await failureOf(flash(again.port), 6, "SPK-0507");
    await again.said(/plugged in again/);
    await pause(600);
    expect(await resultOf(flash(again.port))).toMatchObject({ verified: "acknowledged" });
  });

  it("whose process is killed in the middle of a flash is reported within a second", async () => {
    const board = await emulate(...face, ...slowly);
    const flashing = await halfFlashed(board);
    board.child.kill("SIGKILL");
    expect(await millisecondsUntil(flashing.ended)).toBeLessThan(soon);
    const { code, stderr } = await flashing.ended;
    expect(code).toBe(6);
    expect(stderr).toContain("error SPK-0507: ");
    expect(stderr).not.toContain('"finished"');
  });

  it("whose process is killed in the middle of a run is reported within a second", async () => {
    const board = await emulate(...face, "--baud", "115200");
    await resultOf(flash(board.port));
    const running = start([...run(board.port), "--json-events"]);
    await running.said(/"done":[1-9]/);
    board.child.kill("SIGKILL");
    expect(await millisecondsUntil(running.ended)).toBeLessThan(soon);
    expect(await running.ended).toMatchObject({ code: 6, stdout: "" });
  });

  it("whose replies are damaged is told from this chip with exit code 7", async () => {
    const { port } = await emulate(...face, "--fault", "flip@300");
    await failureOf(flash(port), 7, "SPK-0508");
  });

  it.runIf(hasSignals)("can be flashed again after Ctrl-C in the middle of a flash", async () => {
    const board = await emulate(...face, ...slowly);
    const flashing = await halfFlashed(board);
    flashing.child.kill("SIGINT");
    expect(await millisecondsUntil(flashing.ended)).toBeLessThan(soon);
    const { code, stdout, stderr } = await flashing.ended;
    expect({ code, stdout }).toEqual({ code: 130, stdout: "" });
    expect(stderr).toContain("error SPK-0003: interrupted while talking to the board");
    expect(stderr).toContain("flash or reset it before the next use");
    expect(await resultOf(flash(board.port))).toMatchObject({ verified: "acknowledged" });
    expect(await resultOf([...run(board.port), "--limit", "3"])).toMatchObject({ mismatchedSpikes: 0 });
  });

  it("can be flashed again after its host was killed in the middle of a flash", async () => {
    const board = await emulate(...face, ...slowly);
    const flashing = await halfFlashed(board);
    flashing.child.kill("SIGKILL");
    await flashing.ended;
    expect(await resultOf(flash(board.port))).toMatchObject({ verified: "acknowledged" });
    expect(await resultOf([...run(board.port), "--limit", "3"])).toMatchObject({ mismatchedSpikes: 0 });
  });

  it.runIf(hasProcessorTimes)("costs no processor time while one side waits for the other", async () => {
    const silent = await emulate(...face, "--fault", "silent");
    const waiting = start(flash(silent.port));
    const abandoned = await emulate(...face, ...slowly);
    const leaving = await halfFlashed(abandoned);
    leaving.child.kill("SIGKILL");
    await leaving.ended;
    const processes = [silent, waiting, abandoned];
    /** Milliseconds of processor time in the next 600, of each. */
    const spent = async () => {
      const before = processes.map(processorTime);
      await pause(600);
      return processes.map((process, i) => processorTime(process) - before[i]);
    };
    // On a busy machine they may still be starting; what spins never comes to rest.
    let times = await spent();
    for (let tries = 0; tries < 12 && times.some((time) => time >= 120); tries++) times = await spent();
    for (const [i, time] of times.entries())
      expect(time, `milliseconds of 600, process ${i}`).toBeLessThan(120);
  });
});
