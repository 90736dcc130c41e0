/** Streams: step by step the same spikes as a run of the whole sample, and state that is kept. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Law, Network } from "../../src/network/network.ts";
import type { Events } from "../../src/network/spikes.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { createStream } from "../../src/simulate/stream.ts";
import type { Sent, Stream } from "../../src/simulate/stream-events.ts";
import { createReferenceStream } from "../../src/simulate/stream-reference.ts";
import { sampleNetwork } from "../network/sample-network.ts";
import { arbitraryEventNetwork, firesModestly } from "./arbitrary-event-network.ts";
import { dense, networkOf, population, spikesIn } from "./small-networks.ts";
import { type Draw, draws } from "./wasm/draw.ts";
import { randomNetwork, randomSample } from "./wasm/random-network.ts";

/** Neurons and values of a step of a run. */
function sentAt({ offsets, neurons, values }: Events, step: number): number[][] {
  const [from, to] = [offsets[step], offsets[step + 1]];
  return [...neurons.slice(from, to)].map((neuron, i) => [neuron, values?.[from + i] ?? 1]);
}

function pairsOf({ neurons, values }: Sent): number[][] {
  return [...neurons].map((neuron, i) => [neuron, values?.[i] ?? 1]);
}

/** A network of spikes over as many steps as a stream is fed, without inputs that end with the window. */
function streamable(draw: Draw): Network {
  const network = randomNetwork(draw, { whole: true });
  const [input] = network.inputs;
  const projections = network.projections.filter(({ source }) => source !== "always");
  return { ...network, inputs: [{ ...input, encoder: { kind: "spikes" } }], projections };
}

/** Steps of a network's input, as a stream takes them. */
function stepsOf({ offsets, neurons, values }: Events): [Uint32Array, Int32Array | undefined][] {
  return Array.from({ length: offsets.length - 1 }, (_, step) => [
    neurons.slice(offsets[step], offsets[step + 1]),
    values?.slice(offsets[step], offsets[step + 1]),
  ]);
}

/** Every step of the stream against a run of the reference. */
function expectSteps(network: Network, stream: Stream, sample: ArrayLike<number>): void {
  const input = encodeSample(network, sample);
  const { train } = createSimulator(network).run(input);
  const { timesteps, readout, populations } = network;
  for (const [step, [neurons, values]] of stepsOf(input.events.get("input")!).slice(0, timesteps).entries()) {
    const out = stream.push(neurons, values);
    for (const { name } of populations)
      expect(pairsOf(stream.spikes(name)), `${name}, step ${step}`).toEqual(
        sentAt(train.events.get(name)!, step),
      );
    expect(pairsOf(out)).toEqual(sentAt(train.events.get(readout.population)!, step));
  }
}

describe("a stream", () => {
  it("gives in every step the spikes of every population that a run gives, module or not", () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const network = streamable(draw);
        const sample = randomSample(draw, network);
        const stream = createStream(network);
        expect(stream.note).toBe(null);
        expectSteps(network, stream, sample);
        expectSteps(network, createReferenceStream(network, "asked for"), sample);
      }),
      { numRuns: 50 },
    );
  });

  it("takes currents, neurons with synaptic traces, and membranes that may grow without end", () => {
    const current = { kind: "current", scale: 1, zeroPoint: 0, bits: 8, signed: true } as const;
    const trace: Law["synapse"] = {
      kind: "trace",
      decayU: { kind: "none" },
      overflowU: null,
      synapseOrder: "decayThenAdd",
      resetSynapse: false,
    };
    const network = networkOf({
      inputs: [{ ...spikesIn(2), encoder: current }],
      populations: [population("a", { synapse: trace, reset: { kind: "none" } })],
      projections: [dense("input", "a", [3, -2])],
      timesteps: 6,
    });
    expectSteps(network, createStream(network), [1, 0, 5, -1, 0, 0, -4, 2, 0, 0, 1, 1]);
  });

  it("follows populations that compare after every event", () => {
    fc.assert(
      fc.property(
        arbitraryEventNetwork,
        fc.array(fc.nat(1), { minLength: 18, maxLength: 18 }),
        (made, spikes) => {
          const projections = made.projections.filter(({ source }) => source !== "always");
          const network = { ...made, inputs: made.inputs.slice(0, 1), projections };
          const sample = spikes.slice(0, 3 * network.timesteps);
          fc.pre(firesModestly(network, sample));
          expectSteps(network, createStream(network), sample);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("starts anew after a reset", () => {
    const network = streamable((low, high) => Math.min(high, low + 2));
    const stream = createStream(network);
    const size = network.inputs[0].shape.reduce((product, extent) => product * extent, 1);
    const all = Uint32Array.from({ length: size }, (_, neuron) => neuron);
    const first = Array.from({ length: 20 }, () => pairsOf(stream.push(all)));
    expect(first.flat(2).length).toBeGreaterThan(0);
    stream.reset();
    expect(stream.steps()).toBe(0);
    expect(Array.from({ length: 20 }, () => pairsOf(stream.push(all)))).toEqual(first);
  });

  it("refuses an analog input by name", () => {
    const [input, ...others] = sampleNetwork.inputs;
    const encoder = { kind: "analog", scale: 1, zeroPoint: 0, bits: 8, signed: false } as const;
    const network = { ...sampleNetwork, inputs: [{ ...input, encoder }, ...others] };
    expect(() => createStream(network)).toThrow(/'input' is analog/);
  });
});
