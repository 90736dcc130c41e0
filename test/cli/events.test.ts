/** Networks for event cameras: recordings as samples, in floats, in integers and on emulated chips. */
import { mkdirSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { writeNpy } from "../../src/data/npy.ts";
import { writeNpz } from "../../src/data/npz.ts";
import { randomIntegers } from "../../src/simulate/random.ts";
import { failureOf, resultOf, run } from "./in-process.ts";
import { digits } from "./networks.ts";
import { scratchFolder } from "./spikec.ts";

const scratch = scratchFolder();
const recordings = 6;

interface Event {
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly p: number;
}

/** Something moves on the left (x 4 to 7) or on the right (x 8 to 11) of rows 6 to 13; a tenth is noise on 34 x 34 pixels. */
function recording(left: boolean, seed: number): Event[] {
  const random = randomIntegers(seed);
  const below = (most: number): number => random() % most;
  const events = Array.from({ length: 400 }, (): Event => {
    const noise = below(10) === 0;
    const x = noise ? below(34) : (left ? 4 : 8) + below(4);
    const y = noise ? below(34) : 6 + below(8);
    return { t: below(16_000), x, y, p: below(2) };
  });
  return events.sort((a, b) => a.t - b.t);
}

/** N-MNIST's five bytes. */
function asBin(events: readonly Event[]): Uint8Array {
  return Uint8Array.from(
    events.flatMap(({ t, x, y, p }) => [x, y, (p << 7) | (t >> 16), (t >> 8) & 255, t & 255]),
  );
}

/** 2 x 4 x 4 inputs of 2 x 2 pixels each from [6, 4] on; eight regions decide between two sides. */
const network = `format: snn/1
nodes:
  camera: {type: Input, shape: [2, 4, 4]}
  pool: {type: SumPool2d, kernel_size: 2}
  regions: {type: IF, v_threshold: 3}
  flat: {type: Flatten}
  fc: {type: Linear, weight: [[1, -1, 1, -1, 1, -1, 1, -1], [-1, 1, -1, 1, -1, 1, -1, 1]]}
  side: {type: IF}
  output: {type: Output}
chain: [camera, pool, regions, flat, fc, side, output]
`;

const binned = ["--bin-width", "1000", "--crop", "6,4", "--pool", "2,2"];
let samples: string[];
let model: string;

beforeAll(async () => {
  mkdirSync(scratch("recordings"));
  for (let i = 0; i < recordings; i++)
    writeFileSync(scratch("recordings", `${i}.bin`), asBin(recording(i % 2 === 0, i)));
  writeFileSync(scratch("sides.csv"), Array.from({ length: recordings }, (_, i) => `${i % 2}`).join("\n"));
  samples = ["--input", scratch("recordings"), "--labels", scratch("sides.csv"), ...binned];
  model = scratch("side.snn.yaml");
  writeFileSync(model, network);
  for (const target of ["generic", "ucaspian"])
    await resultOf([
      "convert",
      model,
      "-o",
      scratch(`${target}.spk`),
      "--target",
      target,
      "--timesteps",
      "16",
    ]);
}, 60_000);

describe("a folder of recordings", () => {
  it("is a sample a file for a float network, with the noise outside the crop left out and counted", async () => {
    const { code, stdout, stderr } = await run(["simulate", model, ...samples, "--json"]);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ samples: recordings, timesteps: 16, accuracy: 1 });
    expect(stderr).toMatch(/note: \d+ events of recordings lie outside the steps or the crop/);
  });

  it("gives the same spikes in integers, and on the chip, where several events of a step count", async () => {
    const words = ["verify", scratch("generic.spk"), "--model", model, ...samples];
    const json = await resultOf(words);
    expect(json).toMatchObject({
      samples: recordings,
      ann: { accuracy: 1 },
      snn: { accuracy: 1 },
      agreement: 1,
    });
    expect(json.board).toMatchObject({ samples: recordings, accuracy: 1, mismatchedSpikes: 0 });
    expect(json.board.spikes).toBeGreaterThan(100);
  });

  it("is binary for chips whose inputs give one spike a step; without --binary those refuse it", async () => {
    const words = ["simulate", scratch("ucaspian.spk"), "--device", "ucaspian", ...samples];
    expect(await resultOf([...words, "--binary"])).toMatchObject({ accuracy: 1, mismatchedSpikes: 0 });
    await failureOf(words, 2, "SPK-0403");
  });

  it("runs on the emulated board of run", async () => {
    const words = ["run", "--target", "generic", "--net", scratch("generic.spk"), ...samples];
    expect(await resultOf(words)).toMatchObject({ samples: recordings, accuracy: 1, mismatchedSpikes: 0 });
  });

  it("is deployed to a virtual board", async () => {
    const words = ["deploy", model, "--target", "ucaspian", ...samples, "--binary", "--timesteps", "12"];
    const { convert, verify, run: board } = await resultOf(words);
    expect(convert).toMatchObject({ timesteps: 12, calibrationSamples: 0 });
    expect(verify).toMatchObject({ samples: recordings, agreement: 1 });
    expect(board).toMatchObject({ samples: recordings, mismatchedSpikes: 0 });
  });

  it("calibrates a conversion: steps as asked, counts as spikes, widths on what happens", async () => {
    const calib = ["--calib", scratch("recordings"), ...binned];
    const words = ["convert", model, "-o", scratch("calibrated.spk"), ...calib];
    const json = await resultOf([...words, "--timesteps", "9"]);
    expect(json).toMatchObject({ timesteps: 9, calibrationSamples: recordings });
    expect(json.synops).toBeGreaterThan(0);
    expect(json.widths.layers.map(({ name }: { name: string }) => name)).toEqual(["regions", "side"]);
    expect(await resultOf([...words, "--steps", "5", "--report", scratch("events.html")])).toMatchObject({
      timesteps: 5,
    });
    const again = ["repeat", scratch("calibrated.spk"), "--model", model];
    expect(await resultOf([...again, "--calib", scratch("recordings")])).toMatchObject({ same: true });
    await failureOf([...again, "--calib", scratch("recordings", "0.bin")], 3, "SPK-0809");
  });

  it("has idle options where a conversion has no --calib", async () => {
    await failureOf(["convert", model, "-o", scratch("idle.spk"), ...binned], 2, "SPK-0002");
    const activations = ["convert", digits.model, "-o", scratch("idle.spk"), "--calib", digits.calibration];
    await failureOf([...activations, "--bin-width", "3"], 2, "SPK-0002");
  });

  it("is read as far as --limit and cut after --steps", async () => {
    const json = await resultOf([
      "simulate",
      scratch("generic.spk"),
      ...samples,
      "--limit",
      "2",
      "--steps",
      "5",
    ]);
    expect(json).toMatchObject({ samples: 2, timesteps: 5 });
  });
});

describe("one recording", () => {
  it("is the same sample as .bin, .npz of columns, table .npy and CSV", async () => {
    const events = recording(true, 7);
    const column = (key: keyof Event) => ({
      shape: [events.length],
      data: Int32Array.from(events, (event) => event[key]),
    });
    const columns = (["t", "x", "y", "p"] as const).map((key) => [key, column(key)] as const);
    const table = Int32Array.from(events.flatMap(({ t, x, y, p }) => [t, x, y, p]));
    const rows = events.map(({ t, x, y, p }) => `${t},${x},${y},${p}`);
    const files: [string, Uint8Array | string][] = [
      ["one.bin", asBin(events)],
      ["one.npz", writeNpz(new Map(columns))],
      ["one.npy", writeNpy({ shape: [events.length, 4], data: table })],
      ["one.csv", `t,x,y,p\n${rows.join("\n")}\n`],
    ];
    const results = [];
    for (const [name, contents] of files) {
      writeFileSync(scratch(name), contents);
      const { spikeTimes } = await resultOf(["simulate", model, "--input", scratch(name), ...binned]);
      results.push(spikeTimes);
    }
    for (const times of results) expect(times).toEqual(results[0]);
    expect(results[0].side[0].length).toBeGreaterThan(3);
  });

  it("may hold addresses in place of pixels", async () => {
    const text = `format: snn/1
nodes: {in: {type: Input, shape: [3]}, if: {type: IF, v_threshold: 1.5, reset: subtract}, out: {type: Output}}
chain: [in, if, out]
`;
    writeFileSync(scratch("addr.snn.yaml"), text);
    writeFileSync(scratch("addr.csv"), "t,addr\n0.001,2\n0.0011,2\n0.004,0\n0.0055,2\n0.0062,2\n");
    const words = [
      "simulate",
      scratch("addr.snn.yaml"),
      "--input",
      scratch("addr.csv"),
      "--bin-width",
      "0.001",
    ];
    const json = await resultOf(words);
    expect(json).toMatchObject({ timesteps: 7, spikeTimes: { if: [[], [], [1, 6]] } });
  });
});

describe("events are refused", () => {
  it("without the length of a step", async () => {
    await failureOf(["simulate", model, "--input", scratch("recordings", "0.bin")], 2, "SPK-0613");
  });

  it("by options that would do nothing", async () => {
    await failureOf(
      ["simulate", model, "--input", scratch("recordings", "0.bin"), "--pool", "2,2"],
      2,
      "SPK-0002",
    );
  });

  it("with pairs that are none", async () => {
    const words = ["simulate", model, "--input", scratch("recordings", "0.bin"), "--bin-width", "1000"];
    for (const pair of ["2", "2,2,2", "2,x", "-1,0"])
      await failureOf([...words, `--crop=${pair}`], 2, "SPK-0002");
    await failureOf([...words, "--pool", "0,2"], 2, "SPK-0002");
  });

  it("as AEDAT, with what to do", async () => {
    writeFileSync(scratch("a.aedat4"), "#!AER-DAT4.0\r\n");
    const { stderr } = await failureOf(
      ["simulate", model, "--input", scratch("a.aedat4"), "--bin-width", "1"],
      2,
      "SPK-0613",
    );
    expect(stderr).toContain("numpy.savez");
  });

  it("by networks that take values", async () => {
    const words = [
      "simulate",
      digits.model,
      "--input",
      scratch("recordings", "0.bin"),
      "--bin-width",
      "1000",
    ];
    await failureOf(words, 2, "SPK-0613");
  });

  it("in bins so short that no memory holds them", async () => {
    const words = ["simulate", model, "--input", scratch("recordings", "0.bin"), "--bin-width", "1e-6"];
    await failureOf(words, 2, "SPK-0606");
  });
});
