/** The door to simulation: which engine runs a network, and what it says about it. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Network } from "../../src/network/network.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createEngine } from "../../src/simulate/engine.ts";
import { spreadsOf } from "../../src/simulate/fan-out.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { withLawOf } from "../network/firing.ts";
import { hidden, type law, sampleNetwork } from "../network/sample-network.ts";
import { firstDifference } from "./wasm/event-hash.ts";
import { draws, randomNetwork } from "./wasm/random-network.ts";

const image = Float32Array.from({ length: 16 }, (_, i) => i * 16);

function withHiddenLaw(changes: Partial<typeof law>): Network {
  return withLawOf(sampleNetwork, hidden.name, changes);
}

describe("an engine", () => {
  it("is the WASM engine unless the reference is asked for", () => {
    expect(createEngine(sampleNetwork)).toMatchObject({ kind: "wasm", note: null });
    expect(createEngine(sampleNetwork, { engine: "reference" })).toMatchObject({
      kind: "reference",
      note: null,
    });
  });

  it("is the reference, with a note that says why, where the WASM engine does not cover the network", () => {
    const odd = withHiddenLaw({ overflowV: { low: -5, high: 1000, overflow: "wrap" } });
    const engine = createEngine(odd);
    expect(engine.kind).toBe("reference");
    expect(engine.note).toMatch(/'hidden' wraps in a range that is no power of two/);
    const expected = createSimulator(odd).run(encodeSample(odd, image));
    expect(firstDifference(expected.train, engine.runSample(image).train)).toBe(null);
  });

  it("runs graded input spikes exactly, as the reference does", () => {
    const [input, ...others] = sampleNetwork.inputs;
    const network: Network = {
      ...sampleNetwork,
      inputs: [{ ...input, encoder: { kind: "spikes" }, polarity: "unsigned" }, ...others],
    };
    const counts = Float32Array.from({ length: 16 * network.timesteps }, (_, i) => (i * 7) % 4);
    const expected = createSimulator(network).run(encodeSample(network, counts));
    expect(firstDifference(expected.train, createEngine(network).runSample(counts).train)).toBe(null);
  });

  it("leaves out the events of layers that nobody asked for, and reads the same", () => {
    const engine = createEngine(sampleNetwork);
    const whole = engine.runSample(image);
    const bare = engine.runSample(image, { events: new Set() });
    expect(whole.train.events.has(hidden.name)).toBe(true);
    expect(bare.train.events.has(hidden.name)).toBe(false);
    expect(bare.readings).toEqual(whole.readings);
  });
});

describe("fan-outs", () => {
  it("are the synapses that the reference's carriers count, for every kind of projection", () => {
    fc.assert(
      fc.property(draws, (draw) => {
        const network = randomNetwork(draw);
        const { carriers } = createSimulator(network);
        for (const [name, { fanOut }] of spreadsOf(network))
          expect(fanOut).toEqual(carriers.get(name)!.fanOut);
      }),
      { numRuns: 100 },
    );
  });
});
