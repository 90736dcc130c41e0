/** A counting pool on the generic chip: the device, which sees only bytes, gives the spikes of the simulation. */
import { expect, it } from "vitest";
import { lower } from "../../../src/lower/lower.ts";
import type { Network, SumPool } from "../../../src/network/network.ts";
import { plainLaw } from "../../../src/network/network.ts";
import { encodeSample } from "../../../src/simulate/encode.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";
import { compareTrains } from "../../../src/target/compare.ts";
import { generic } from "../../../targets/generic/index.ts";
import { graphOf } from "../../graph/small-graphs.ts";
import { affine, convolution, flatten, maxPool, relu, samplesOf, seeded } from "../../lower/graph-parts.ts";
import { optionsFor } from "../../lower/lowering.ts";

async function expectSameOnDevice(network: Network, samples: Float32Array, count: number): Promise<number> {
  const placement = generic.place(network, { observe: "all" });
  const device = await generic.open(await generic.emit(placement));
  const simulator = createSimulator(network);
  const size = samples.length / count;
  let spikes = 0;
  for (let i = 0; i < count; i++) {
    const input = encodeSample(network, samples.subarray(i * size, (i + 1) * size));
    const { train } = simulator.run(input);
    await device.reset();
    const events = await device.run(generic.stimulus(placement, input), train.steps);
    const comparison = compareTrains(train, generic.readings(placement, events), placement.observed);
    expect(comparison.first, `sample ${i}`).toBeNull();
    spikes += comparison.spikes;
  }
  return spikes;
}

it("a converted network with overlapping windows spikes on the device as in the simulation", async () => {
  const random = seeded(8);
  const parts = [
    convolution(random, 3, 1, { padding: [1, 1, 1, 1] }),
    relu(),
    maxPool([3, 3], [2, 2], [1, 1, 0, 0]),
    convolution(random, 2, 3),
    relu(),
    flatten(),
    affine(random, 3, 2),
  ];
  const graph = graphOf([1, 6, 6], parts);
  const { network } = lower(graph, optionsFor(graph, { timesteps: 9 }));
  expect(network.populations.map(({ kind }) => kind)).toContain("maxCount");
  expect(await expectSameOnDevice(network, samplesOf(seeded(4), [1, 6, 6], 8), 8)).toBeGreaterThan(500);
});

it("a maximum that grows by several in one step is several spikes, behind a delay and with negative weights too", async () => {
  const window: SumPool = { kernel: [2, 2], stride: [1, 1], padding: [0, 0, 0, 0] };
  const network: Network = {
    name: "grows",
    timesteps: 5,
    inputs: [
      {
        name: "input",
        shape: [1, 3, 3],
        encoder: { kind: "analog", scale: 1, zeroPoint: 0, bits: 8, signed: false },
        polarity: "unsigned",
      },
    ],
    populations: [
      {
        name: "pool",
        kind: "maxCount",
        shape: [1, 2, 2],
        taps: [1, 3, 3],
        window,
        spikeValue: Float64Array.of(1),
        origin: [],
      },
      {
        name: "readout",
        kind: "integrateAndFire",
        shape: [1],
        law: { ...plainLaw, threshold: Int32Array.of(7) },
        spikeValue: new Float64Array(0),
        membraneUnit: new Float64Array(0),
        origin: [],
      },
    ],
    projections: [
      {
        name: "input -> pool",
        source: "input",
        target: "pool",
        delay: 2,
        pools: [],
        connection: { kind: "oneToOne", weights: Int8Array.of(1, -1, 2, 0, 1, 3, -2, 1, 1) },
      },
      {
        name: "pool -> readout",
        source: "pool",
        target: "readout",
        delay: 1,
        pools: [],
        connection: { kind: "dense", weights: Int8Array.of(1, 2, -1, 1) },
      },
    ],
    readout: { population: "readout", read: "count", scale: 1, offset: 0 },
    provenance: { version: "test", modelHash: "", calibrationHash: "", options: [] },
    notes: [],
  };
  const samples = Float32Array.of(1, 2, 3, 0, 1, 4, 2, 5, 1, 0, 0, 2, 1, 1, 0, 3, 0, 2);
  expect(await expectSameOnDevice(network, samples, 2)).toBeGreaterThan(20);
});
