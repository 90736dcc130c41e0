/** Streams: step by step the same spikes as a run of the whole sample, and state that is kept. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Network } from "../../src/network/network.ts";
import type { Events } from "../../src/network/spikes.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { createStream, type Stream } from "../../src/simulate/stream.ts";
import { sampleNetwork } from "../network/sample-network.ts";
import { type Draw, draws, randomNetwork, randomSample } from "./wasm/random-network.ts";

/** Neurons of a step, each as often as it spikes. */
function spikesAt({ offsets, neurons, values }: Events, step: number): number[] {
  const list: number[] = [];
  for (let event = offsets[step]; event < offsets[step + 1]; event++)
    for (let spike = 0; spike < (values?.[event] ?? 1); spike++) list.push(neurons[event]);
  return list;
}

/** A network of spikes over as many steps as a stream is fed, without inputs that end with the window. */
function streamable(draw: Draw): Network {
  const network = randomNetwork(draw);
  const [input] = network.inputs;
  const projections = network.projections.filter(({ source }) => source !== "always");
  return { ...network, inputs: [{ ...input, encoder: { kind: "spikes" } }], projections };
}

function streamOf(network: Network): Stream | null {
  try {
    return createStream(network);
  } catch (error) {
    expect(error).toMatchObject({ code: "SPK-0804" });
    return null;
  }
}

describe("a stream", () => {
  it("gives in every step the spikes of every population that a run gives", () => {
    let streamed = 0;
    fc.assert(
      fc.property(draws, (draw) => {
        const network = streamable(draw);
        const stream = streamOf(network);
        if (stream === null) return;
        streamed++;
        const input = encodeSample(network, randomSample(draw, network));
        const { train } = createSimulator(network).run(input);
        const events = input.events.get("input")!;
        for (let step = 0; step < network.timesteps; step++) {
          const out = stream.push(events.neurons.slice(events.offsets[step], events.offsets[step + 1]));
          for (const { name } of network.populations)
            expect([...stream.spikes(name)], `${name}, step ${step}`).toEqual(
              spikesAt(train.events.get(name)!, step),
            );
          expect([...out]).toEqual(spikesAt(train.events.get(network.readout.population)!, step));
        }
      }),
      { numRuns: 60 },
    );
    expect(streamed).toBeGreaterThan(20);
  });

  it("starts anew after a reset", () => {
    const network = streamable((low, high) => Math.min(high, low + 2));
    const stream = createStream(network);
    const size = network.inputs[0].shape.reduce((product, extent) => product * extent, 1);
    const all = Uint32Array.from({ length: size }, (_, neuron) => neuron);
    const first = Array.from({ length: 20 }, () => [...stream.push(all)]);
    expect(first.flat().length).toBeGreaterThan(0);
    stream.reset();
    expect(stream.steps()).toBe(0);
    expect(Array.from({ length: 20 }, () => [...stream.push(all)])).toEqual(first);
  });

  it("refuses an analog input by name", () => {
    const [input, ...others] = sampleNetwork.inputs;
    const encoder = { kind: "analog", scale: 1, zeroPoint: 0, bits: 8, signed: false } as const;
    const network = { ...sampleNetwork, inputs: [{ ...input, encoder }, ...others] };
    expect(() => createStream(network)).toThrow(/'input' is analog/);
  });
});
