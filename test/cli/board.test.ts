import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import type { Network } from "../../src/network/network.ts";
import { ucaspian } from "../../targets/ucaspian/index.ts";
import { emulate, faces, hasSignals, hasTerminals } from "./boards.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { convert, wine, writeNetwork } from "./networks.ts";
import { resultOf as resultOfProcess, scratchFolder, spikec, start } from "./spikec.ts";

const scratch = scratchFolder();
let network: Network;
let path: string;
/** Bytes of the network's configuration. */
let programBytes: number;

beforeAll(async () => {
  network = await convert(wine, "ucaspian", 8);
  path = writeNetwork(scratch("wine.spk"), network);
  const { artifacts } = await ucaspian.emit(ucaspian.place(network));
  programBytes = artifacts.find(({ name }) => name === "program.bin")!.bytes.length;
});

const to = (port: string) => ["--target", "ucaspian", "--port", port];
const runWords = (port: string, ...more: string[]) => [
  "run",
  ...to(port),
  "--net",
  path,
  ...wine.samples,
  ...more,
];

describe.each(faces)("two terminals over emulate %s", (...face) => {
  it("flash in one what the other emulates, and run samples with every spike as simulated", async () => {
    const { port } = await emulate(...face);
    const flashed = await resultOfProcess(["flash", path, ...to(port)]);
    expect(flashed).toMatchObject({
      bytes: programBytes,
      verified: "acknowledged",
      resumedAt: 0,
      dryRun: false,
    });
    expect(flashed.seconds).toBeGreaterThan(0);
    const [board, simulated] = [
      await resultOfProcess(runWords(port)),
      await resultOf(["simulate", path, ...wine.samples]),
    ];
    expect(board).toMatchObject({ samples: 54, mismatchedSpikes: 0, accuracy: simulated.accuracy });
    expect(board.predicted).toEqual(simulated.predicted);
    expect(board.spikes).toBeGreaterThan(50);
  });

  it("compare every layer with --probe all, which configures the board anew", async () => {
    const { port } = await emulate(...face);
    const probed = await resultOfProcess(runWords(port, "--probe", "all", "--limit", "10"));
    expect(probed).toMatchObject({ samples: 10, mismatchedSpikes: 0 });
    const device = await resultOf([
      "simulate",
      path,
      ...wine.samples,
      "--limit",
      "10",
      "--device",
      "ucaspian",
    ]);
    expect(probed.spikes, "every spike of every layer").toBe(device.spikes);
  });

  it("flash an image of emit, and verify and deploy on the same port", async () => {
    const { port } = await emulate(...face);
    await resultOf(["emit", path, "--target", "ucaspian", "-o", scratch("image")]);
    expect(await resultOf(["flash", scratch("image"), ...to(port)])).toMatchObject({ bytes: programBytes });
    const model = ["--model", wine.model, ...wine.samples, "--limit", "5", "--port", port];
    expect((await resultOf(["verify", path, ...model])).board).toMatchObject({
      samples: 5,
      mismatchedSpikes: 0,
    });
    const deploy = ["deploy", wine.model, ...to(port), "--calib", wine.calibration, ...wine.samples];
    expect((await resultOf([...deploy, "--limit", "5"])).run).toMatchObject({
      samples: 5,
      mismatchedSpikes: 0,
    });
  });

  it("tell by exit code 9 that the board holds another network", async () => {
    const { port } = await emulate(...face);
    const other = writeNetwork(scratch("other.spk"), await convert(wine, "ucaspian", 4));
    await resultOf(["flash", other, ...to(port)]);
    const { code, stdout, stderr } = await run([...runWords(port, "--limit", "5"), "--json"]);
    expect(code).toBe(9);
    expect(JSON.parse(stdout).mismatchedSpikes).toBeGreaterThan(0);
    expect(stderr).toMatch(/error SPK-0802: the board differs: \d+ mismatches \/ \d+ spikes/);
    const text = await run(runWords(port, "--limit", "5"));
    expect(text.stdout).toMatch(
      /first difference: sample \d, layer \/5\/Gemm, step \d+, neuron \d: \d expected, \d found\n/,
    );
  });
});

describe("emulate", () => {
  it.runIf(hasSignals).each(faces)(
    "prints where it is as its first line, and ends with Ctrl-C (%s)",
    async (...face) => {
      const board = await emulate(...face);
      expect(board.port).toMatch(face[0] === "--pty" ? /^\/dev\/\S+$/ : /^socket:\/\/127\.0\.0\.1:\d+$/);
      board.child.kill("SIGINT");
      expect(await board.ended).toEqual({ code: 0, stdout: `${board.port}\n`, stderr: "" });
      if (face[0] === "--pty") expect(existsSync(board.port)).toBe(false);
    },
  );

  it("prints its port as an object with --json", async () => {
    const board = start(["emulate", "--target", "ucaspian", "--tcp", "0", "--json"]);
    const { target, port } = JSON.parse(await board.firstLine);
    expect(target).toBe("ucaspian");
    await resultOf(["flash", path, ...to(port)]);
  });

  it("is refused for a target without a wire, and for faults that there are not", async () => {
    await failureOf(["emulate", "--target", "generic"], 4, "SPK-0904");
    const { stderr } = await failureOf(
      ["emulate", "--target", "ucaspian", "--fault", "melt@3"],
      2,
      "SPK-0511",
    );
    expect(stderr).toContain("silent, silent@N, disconnect@N");
  });

  it("is refused on a TCP port that is taken", async () => {
    const { port } = await emulate("--tcp", "0");
    const taken = port.slice(port.lastIndexOf(":") + 1);
    await failureOf(["emulate", "--target", "ucaspian", "--tcp", taken], 5, "SPK-0510");
  });
});

describe("flash --dry-run", () => {
  it("counts what a board would be sent, and opens no port", async () => {
    const dry = await resultOf(["flash", path, "--target", "ucaspian", "--dry-run"]);
    expect(dry).toMatchObject({ bytes: programBytes, dryRun: true });
    const { stdout } = await run(["flash", path, ...to(scratch("no-port")), "--dry-run"]);
    expect(stdout).toContain("to an emulated ucaspian, none to a board");
  });
});

describe("a port", () => {
  it("that is not there is reported with exit code 5", async () => {
    const missing = hasTerminals ? "/dev/ttyNOT0" : "COM199";
    for (const words of [["flash", path, ...to(missing)], runWords(missing)])
      await failureOf(words, 5, "SPK-0501");
    await failureOf(["flash", path, ...to("socket://127.0.0.1:1")], 5, "SPK-0501");
    await failureOf(["flash", path, ...to("socket://127.0.0.1")], 5, "SPK-0505");
  });

  it.runIf(hasTerminals)("that is no port is reported with exit code 5", async () => {
    await failureOf(["flash", path, ...to(path)], 5, "SPK-0505");
  });

  it.each(faces)("that another program holds is reported with exit code 5 (%s)", async (...face) => {
    const { port } = await emulate(...face, "--baud", "57600");
    const first = start(["flash", path, ...to(port), "--json-events"]);
    await first.said(/"done":[1-9]/);
    await failureOf(["flash", path, ...to(port)], 5, "SPK-0502");
    expect((await first.ended).code, "the first client is not disturbed").toBe(0);
  });

  it("is not opened for an image of another target, nor for what is no image or a damaged one", async () => {
    const generic = writeNetwork(scratch("generic.spk"), await convert(wine, "generic", 8));
    await resultOf(["emit", generic, "--target", "generic", "-o", scratch("generic")]);
    const { stderr } = await failureOf(["flash", scratch("generic"), ...to("/dev/ttyNOT0")], 3, "SPK-0404");
    expect(stderr).toContain("the image is for generic, not for ucaspian");
    await failureOf(["flash", scratch(), ...to("/dev/ttyNOT0")], 3, "SPK-0404");
    await resultOf(["emit", path, "--target", "ucaspian", "-o", scratch("cut")]);
    writeFileSync(
      scratch("cut", "program.bin"),
      readFileSync(scratch("cut", "program.bin")).subarray(0, 100),
    );
    await failureOf(["flash", scratch("cut"), "--target", "ucaspian", "--dry-run"], 3, "SPK-0404");
    await failureOf(["flash", generic, "--target", "generic", "--port", "/dev/ttyNOT0"], 4, "SPK-0904");
  });
});

const hasPython = hasTerminals && spawnSync("python3", ["--version"]).status === 0;

describe.runIf(hasPython)("a third party's program", () => {
  it("gets the chip's own bytes from emulate, before and after spikec used the board", async () => {
    const { port } = await emulate("--pty");
    const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
    const client = file("../targets/ucaspian/third_party_client.py");
    const vectors = file("../golden/rtl/ucaspian_vectors.json");
    const talk = () =>
      promisify(execFile)("python3", [client, port, vectors, "ucaspian_nodelay_128_3"]).then(
        (ended) => ended.stdout,
      );
    expect(await talk()).toContain("reply bytes exact");
    expect((await spikec(["flash", path, ...to(port)])).code).toBe(0);
    expect(await talk()).toContain("reply bytes exact");
  });
});
