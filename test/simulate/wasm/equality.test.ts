/**
 * The WASM engine equals the reference interpreter: events of every layer (by hash), readings, membranes and traces, over random
 * networks that draw from the whole law. It covers all of them: what it leaves to the reference has other reasons.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkNetwork } from "../../../src/network/check.ts";
import { isEventDriven } from "../../../src/network/check-events.ts";
import type { Connection, Network, Projection } from "../../../src/network/network.ts";
import { encodeSample } from "../../../src/simulate/encode.ts";
import { createSimulator, type Run, type RunOptions } from "../../../src/simulate/reference.ts";
import { createWasmSimulator, type WasmSimulator } from "../../../src/simulate/wasm/engine.ts";
import { recurrentWorkload, w4 } from "../../bench/recurrent.ts";
import { arbitraryNetwork } from "../../network/arbitrary-network.ts";
import { hidden, intoHidden, intoOutput, law, output, sampleNetwork } from "../../network/sample-network.ts";
import { type Draw, draws } from "./draw.ts";
import { firstDifference } from "./event-hash.ts";
import { gradedSample, randomNetwork, randomSample } from "./random-network.ts";

type States = ReadonlyMap<string, readonly Float64Array[]>;

/** The first state that differs, in words; 0 and -0 are the same number. */
function differentState(expected: States, found: States): string | null {
  for (const [name, rows] of expected)
    for (const [step, row] of rows.entries()) {
      const other = found.get(name)![step];
      const neuron = row.findIndex((value, i) => value !== other[i]);
      if (neuron >= 0)
        return `${name}, step ${step}, neuron ${neuron}: expected ${row[neuron]}, found ${other[neuron]}`;
    }
  return null;
}

/** u, or h, of all populations; of a population without traces nothing. */
function tracesOf({ traces = new Map() }: Run, which: "u" | "h"): States {
  return new Map(
    [...traces].map(([name, samples]) => [
      name,
      samples.map((sample) => sample[which] ?? new Float64Array(0)),
    ]),
  );
}

/** Beyond 2^53 numbers are whole no more, and the law says nothing (docs/law.md, "Widths"). */
const whole = 2 ** 50;

function sizeOfLargest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
}

/** What one step of a projection may bring to a neuron, from what was sent. */
function largestInput(
  { source, target, pools, connection }: Projection,
  network: Network,
  { train }: Run,
): number {
  const population = network.populations.find(({ name }) => name === target)!;
  const shift = population.kind === "integrateAndFire" ? population.law.inputShift : 32;
  const windows = pools.reduce((area, { kernel }) => area * kernel[0] * kernel[1], 1);
  const weights = Array.from(connection.weights).reduce((sum, weight) => sum + Math.abs(weight), 0);
  return weights * sizeOfLargest(train.events.get(source)!.values ?? [1]) * windows * 2 ** shift;
}

function staysWhole(run: Run, network: Network): boolean {
  const states = [run.membranes, tracesOf(run, "u"), tracesOf(run, "h")];
  return (
    network.projections.every((projection) => largestInput(projection, network, run) < whole) &&
    states.every((one) =>
      [...one.values()].every((rows) => rows.every((row) => row.every((value) => Math.abs(value) < whole))),
    )
  );
}

function expectSame(expected: Run, found: Run): void {
  expect(firstDifference(expected.train, found.train)).toBe(null);
  expect(found.readings.map((reading) => reading.map((value) => value + 0))).toEqual(
    expected.readings.map((reading) => reading.map((value) => value + 0)),
  );
  expect(differentState(expected.membranes, found.membranes)).toBe(null);
  for (const which of ["u", "h"] as const)
    expect(differentState(tracesOf(expected, which), tracesOf(found, which))).toBe(null);
}

interface Case {
  readonly network: Network;
  readonly simulator: WasmSimulator;
  readonly sample: Int32Array;
}

/** Runs a sample with everything watched, and again with nothing; true: it was compared. */
function expectEqual({ network, simulator, sample }: Case): boolean {
  const input = encodeSample(network, sample);
  const names = new Set(network.populations.map(({ name }) => name));
  const plain: RunOptions = { readAt: [Math.ceil(network.timesteps / 2), network.timesteps] };
  const expected = createSimulator(network).run(input, { ...plain, membranes: names, traces: names });
  if (!staysWhole(expected, network)) return false;
  expectSame(expected, simulator.run(input, { ...plain, membranes: names, traces: names }));
  // Nobody looks: steps run together. The second time shows whether the first left anything behind.
  const bare = { ...expected, membranes: new Map(), traces: new Map() };
  expectSame(bare, simulator.run(input, plain));
  if (simulator.takes(input)) expectSame(bare, simulator.runSample(sample, plain));
  return true;
}

/** Of random networks: how many were compared, and how many of those took samples that hold counts. */
function compareRandom(draw: Draw, whole: boolean): boolean {
  const network = randomNetwork(draw, { whole });
  const equal = expectEqual({
    network,
    simulator: createWasmSimulator(network),
    sample: randomSample(draw, network),
  });
  if (network.inputs[0].encoder.kind !== "spikes") return equal;
  const simulator = createWasmSimulator(network, { graded: true });
  return expectEqual({ network, simulator, sample: gradedSample(draw, network) }) && equal;
}

describe("the WASM engine", () => {
  it.each([
    ["plain neurons", false, 40],
    ["the whole law, all kinds of populations and encoders", true, 100],
  ])("gives the events, readings and states of the reference for random networks of %s", (_, whole, runs) => {
    let compared = 0;
    fc.assert(
      fc.property(draws, (draw) => {
        if (compareRandom(draw, whole)) compared++;
      }),
      { numRuns: runs },
    );
    // Sigma-delta sums that feed back soon leave 2^50.
    expect(compared).toBeGreaterThan(0.6 * runs);
  });

  it("is exact for networks of extreme numbers", () => {
    let compared = 0;
    fc.assert(
      fc.property(arbitraryNetwork, draws, (network, draw) => {
        if (isEventDriven(network)) return;
        const sample = randomSample(draw, network);
        const graded = !createWasmSimulator(network).takes(encodeSample(network, sample));
        if (expectEqual({ network, sample, simulator: createWasmSimulator(network, { graded }) })) compared++;
      }),
      { numRuns: 80 },
    );
    expect(compared).toBeGreaterThan(20);
  });

  it("is exact for random synapses that feed back, as in the bench", () => {
    const { network, sample } = recurrentWorkload({ ...w4, timesteps: 40 });
    checkNetwork(network);
    const expected = createSimulator(network).run(encodeSample(network, sample));
    const found = createWasmSimulator(network).runSample(sample);
    expect(firstDifference(expected.train, found.train)).toBe(null);
    expect(found.readings).toEqual(expected.readings);
    // Alive, and not in fits.
    const rate = expected.train.events.get("recurrent")!.neurons.length / (40 * w4.neurons);
    expect(rate).toBeGreaterThan(0.01);
    expect(rate).toBeLessThan(0.03);
  });

  it("is exact for sparse targets whose sums lie beyond 16 bits, and for weights that need 32", () => {
    for (const [neurons, weight] of [
      [40_000, 7],
      [50, 100_000],
    ]) {
      const { network, sample } = recurrentWorkload({ neurons, synapses: 7, timesteps: 20, seed: 9 });
      const [into, back] = network.projections;
      const connection = { ...into.connection } as Connection & { kind: "sparse" };
      const weights = Int32Array.from(connection.weights, (value, i) => value * (i % 3 === 0 ? weight : 1));
      const wide: Network = {
        ...network,
        projections: [{ ...into, connection: { ...connection, weights } }, back],
      };
      const expected = createSimulator(wide).run(encodeSample(wide, sample));
      const found = createWasmSimulator(wide).runSample(sample);
      expect(firstDifference(expected.train, found.train), `${neurons} neurons`).toBe(null);
      expect(expected.train.events.get("recurrent")!.neurons.length).toBeGreaterThan(0);
    }
  });

  it("is exact for layers of more than 65536 neurons, whose entries are wider", () => {
    const side = 260;
    const [input] = sampleNetwork.inputs;
    const shape = [1, side, side];
    const window: Connection = {
      kind: "convolution",
      weights: Int8Array.of(9, -8, 30, 40, 50, 60, -7, 8, 9),
      kernel: [3, 3],
      stride: [1, 1],
      padding: [1, 1, 1, 1],
      dilation: [1, 1],
      groups: 1,
    };
    const all: Connection = { kind: "dense", weights: new Int8Array(side * side).fill(3) };
    const large: Network = {
      ...sampleNetwork,
      timesteps: 3,
      inputs: [{ ...input, shape, encoder: { kind: "spikes" }, polarity: "unsigned" }],
      populations: [
        { ...hidden, shape, law },
        { ...output, shape: [1] },
      ],
      projections: [
        { ...intoHidden, source: input.name, pools: [], connection: window },
        { ...intoOutput, connection: all },
      ],
    };
    const spikes = Uint8Array.from({ length: 3 * side * side }, (_, i) => Number((i * 7919) % 11 < 3));
    const encoded = encodeSample(large, spikes);
    const expected = createSimulator(large).run(encoded);
    const found = createWasmSimulator(large).run(encoded);
    expect(firstDifference(expected.train, found.train)).toBe(null);
    expect(expected.train.events.get(hidden.name)!.neurons.some((neuron) => neuron > 65_536)).toBe(true);
  });
});
