import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import type { Network } from "../../../src/network/network.ts";
import type { PlaceOptions } from "../../../src/target/target.ts";
import { ucaspian } from "../../../targets/ucaspian/index.ts";
import { expectedSpikes } from "./expected-spikes.ts";
import {
  dense,
  errorOf,
  network,
  population,
  projection,
  spikeInput,
  stepsOfEvents,
  train,
  twoLayers,
} from "./small-networks.ts";

type Inputs = Record<string, number[][]>;

/** The whole road: place, emit, flash and run over a wire in memory, read back. */
async function runOnBoard(
  net: Network,
  inputs: Inputs,
  options: PlaceOptions,
): Promise<Map<string, number[][]>> {
  const placement = ucaspian.place(net, options);
  const device = await ucaspian.open(await ucaspian.emit(placement));
  const stimulus = ucaspian.stimulus(placement, train(inputs));
  await device.reset();
  const first = await device.run(stimulus, stimulus.steps);
  // A second run after a reset must not remember the first.
  await device.reset();
  const second = await device.run(stimulus, stimulus.steps);
  await device.close();
  expect(second).toEqual(first);
  const readings = ucaspian.readings(placement, first);
  return new Map([...readings.events].map(([name, events]) => [name, stepsOfEvents(events)]));
}

const inputs: Inputs = {
  pixels: [[0, 1], [0, 1, 2], [], [0], [0, 2], [1], [0, 1, 2], [0], [], [], []],
  bias: [[0], [0], [0], [0], [0], [0], [0], [0], [], [], []],
};

describe("the road to the board and back", () => {
  it("gives the spikes of every layer that a plain computation gives, step by step", async () => {
    const expected = expectedSpikes(twoLayers(), inputs);
    expect(expected.get("output")!.flat().length).toBeGreaterThan(2);
    expect(await runOnBoard(twoLayers(), inputs, { observe: "all" })).toEqual(expected);
  });

  it("gives the readout alone by default", async () => {
    const expected = expectedSpikes(twoLayers(), inputs);
    const found = await runOnBoard(twoLayers(), inputs, {});
    expect([...found]).toEqual([["output", expected.get("output")]]);
  });

  it("does not lose the fires of the last step", async () => {
    const net = network({
      inputs: [spikeInput("in", 1)],
      populations: [population("out", [1], [0])],
      projections: [projection("in", "out", 1, dense([[1]]))],
    });
    const found = await runOnBoard(net, { in: [[0], [0], [0]] }, {});
    expect(found.get("out")).toEqual([[], [0], [0]]);
  });

  it("agrees with a plain computation on random recurrent networks with delays", async () => {
    const weight = fastCheck.integer({ min: -128, max: 127 });
    const rows = (targets: number, sources: number) =>
      fastCheck.array(fastCheck.array(weight, { minLength: sources, maxLength: sources }), {
        minLength: targets,
        maxLength: targets,
      });
    const delay = fastCheck.integer({ min: 1, max: 16 });
    const parts = fastCheck.record({
      into: rows(20, 6),
      recurrent: rows(20, 20),
      delays: fastCheck.tuple(delay, delay),
      thresholds: fastCheck.array(fastCheck.integer({ min: 0, max: 255 }), { minLength: 20, maxLength: 20 }),
      spikes: fastCheck.array(fastCheck.subarray([0, 1, 2, 3, 4, 5]), { minLength: 30, maxLength: 30 }),
    });
    await fastCheck.assert(
      fastCheck.asyncProperty(parts, async ({ into, recurrent, delays, thresholds, spikes }) => {
        const net = network({
          inputs: [spikeInput("in", 6)],
          populations: [population("out", [20], thresholds)],
          projections: [
            projection("in", "out", delays[0], dense(into)),
            projection("out", "out", delays[1], dense(recurrent)),
          ],
        });
        expect(await runOnBoard(net, { in: spikes }, { observe: "all" })).toEqual(
          expectedSpikes(net, { in: spikes }),
        );
      }),
      { numRuns: 25, seed: 185 },
    );
  });

  it("writes the same image for the same network, with what the host needs in its manifest", async () => {
    const image = await ucaspian.emit(ucaspian.place(twoLayers()));
    expect(await ucaspian.emit(ucaspian.place(twoLayers()))).toEqual(image);
    const [program, manifest] = image.artifacts;
    expect(program.name).toBe("program.bin");
    expect(program.bytes).toHaveLength(1 + 256 * 7 + 20 * 5);
    expect(JSON.parse(new TextDecoder().decode(manifest.bytes))).toMatchObject({
      target: "ucaspian",
      neurons: 10,
      synapses: 20,
      inputs: [
        { name: "pixels", first: 0, count: 3, axonalDelay: 0 },
        { name: "bias", first: 3, count: 1, axonalDelay: 2 },
      ],
      populations: [
        { name: "hidden", first: 4, axonalDelay: 1 },
        { name: "output", first: 8, count: 2, reported: true },
      ],
      program: { file: "program.bin", bytes: 1893, acknowledgements: 1 + 256 + 20 },
    });
  });

  it("refuses spikes that do not belong to the placed network", async () => {
    const placement = ucaspian.place(twoLayers());
    const quiet = [[], []];
    expect(await errorOf(() => ucaspian.stimulus(placement, train({ pixels: quiet })))).toMatchObject({
      code: "SPK-0403",
      where: "bias",
    });
    expect(
      await errorOf(() => ucaspian.stimulus(placement, train({ pixels: [[3], []], bias: quiet }))),
    ).toMatchObject({
      code: "SPK-0403",
      where: "pixels",
    });
  });
});

describe("the proof that ships with the target", () => {
  it("fails on a vector whose reply differs, and says at which byte", () => {
    const [proof] = ucaspian.proofs!;
    const vectors = [{ name: "made up", host_to_board: "0404", board_to_host: "0418" }];
    const contents = new TextEncoder().encode(JSON.stringify({ vectors }));
    expect(proof.run(new Map([[proof.files[0], contents]]))).toEqual([
      { name: "made up", exact: false, difference: "reply byte 1: 0x04 instead of 0x18" },
    ]);
  });

  for (const text of [
    "",
    "{}",
    "null",
    '{"vectors": []}',
    '{"vectors": [{"name": "x", "host_to_board": "0"}]}',
  ]) {
    it(`takes the file content ${JSON.stringify(text)} for an error, not for a proof`, async () => {
      const [proof] = ucaspian.proofs!;
      const files = new Map([[proof.files[0], new TextEncoder().encode(text)]]);
      expect(await errorOf(() => proof.run(files))).toMatchObject({ code: "SPK-0405" });
      expect(await errorOf(() => proof.run(new Map()))).toMatchObject({ code: "SPK-0405" });
    });
  }
});
