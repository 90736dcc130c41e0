/** The door to simulation: which engine runs a network, and what it says about it. */

import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Law, Network } from "../../src/network/network.ts";
import { odin } from "../../src/network/presets.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { createEngine } from "../../src/simulate/engine.ts";
import { spreadsOf } from "../../src/simulate/fan-out.ts";
import { openEngine } from "../../src/simulate/open-engine.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { createStream } from "../../src/simulate/stream.ts";
import { createWasmSimulator } from "../../src/simulate/wasm/engine.ts";
import { hidden, sampleNetwork } from "../network/sample-network.ts";
import { dense, networkOf, population, spikesIn } from "./small-networks.ts";
import { draws } from "./wasm/draw.ts";
import { firstDifference } from "./wasm/event-hash.ts";
import { randomNetwork } from "./wasm/random-network.ts";

const image = Float32Array.from({ length: 16 }, (_, i) => i * 16);

describe("an engine", () => {
  it("is the WASM engine unless the reference is asked for", () => {
    expect(createEngine(sampleNetwork)).toMatchObject({ kind: "wasm", note: null });
    expect(createEngine(sampleNetwork, { engine: "reference" })).toMatchObject({
      kind: "reference",
      note: null,
    });
  });

  it("is the reference, with a note that says why, where the WASM engine does not cover the network", () => {
    // Every pair of neurons is a synapse to be looked at, and they are too many.
    const size = 6000;
    const network = networkOf({
      inputs: [spikesIn(size)],
      populations: [population("a", odin(100, 1), size)],
      projections: [dense("input", "a", [])],
      timesteps: 1,
    });
    const { kind, note } = createEngine(network);
    expect(kind).toBe("reference");
    expect(note).toContain("36000000 pairs of neurons");
  });

  it("is the reference, with the number of bytes, where delays would fill more memory than a module has", () => {
    const size = 40_000;
    const network = networkOf({
      inputs: [spikesIn(size)],
      populations: [population("a", {}, size)],
      projections: [
        { ...dense("input", "a", [], 65_536), connection: { kind: "oneToOne", weights: Int8Array.of(1) } },
      ],
      timesteps: 1,
    });
    const { kind, note } = createEngine(network);
    expect(kind).toBe("reference");
    expect(note).toMatch(/needs \d{10,} bytes of memory and more; a module has 4294901760 at most/);
  });

  it("is the reference on a machine without WebAssembly, also where steps are streamed", () => {
    vi.stubGlobal("WebAssembly", undefined);
    try {
      const { kind, note } = createEngine(sampleNetwork);
      expect(kind).toBe("reference");
      expect(note).toContain("no WebAssembly");
      expect(createStream(sampleNetwork).note).toContain("no WebAssembly");
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it("is the same for callers that can wait, who load the reference only where it may be needed", async () => {
    const counts = Int32Array.from({ length: 16 * sampleNetwork.timesteps }, (_, i) => i % 3);
    const spikes: Network = {
      ...sampleNetwork,
      inputs: [
        { ...sampleNetwork.inputs[0], encoder: { kind: "spikes" }, polarity: "unsigned" },
        ...sampleNetwork.inputs.slice(1),
      ],
    };
    for (const [network, sample] of [
      [sampleNetwork, image],
      [spikes, counts],
    ] as const)
      for (const engine of ["wasm", "reference"] as const) {
        const opened = await openEngine(network, { engine });
        const created = createEngine(network, { engine });
        expect(opened.kind).toBe(engine);
        expect(firstDifference(created.runSample(sample).train, opened.runSample(sample).train)).toBe(null);
      }
  });

  it("hands a sample whose events multiply beyond a module's memory to the reference", () => {
    const many = 2 ** 19;
    const eager: Law = {
      ...odin(1, 0),
      overflowV: null,
      maxSpikes: 0,
      reset: { kind: "subtract", amount: null },
    };
    const network = networkOf({
      inputs: [spikesIn(1)],
      populations: [population("a", eager), population("b", odin(3, 0))],
      projections: [dense("input", "a", [many]), dense("a", "b", [1])],
      timesteps: 2,
    });
    const engine = createEngine(network);
    expect(engine.kind).toBe("wasm");
    for (const sample of [
      [0, 1],
      [1, 0],
    ]) {
      const expected = createSimulator(network).run(encodeSample(network, sample));
      expect(expected.train.events.get("a")!.values).toEqual(Int32Array.of(many));
      expect(firstDifference(expected.train, engine.runSample(sample).train)).toBe(null);
    }
  });

  it("runs graded input spikes exactly, negative ones as well, on the WASM engine", () => {
    const [input, ...others] = sampleNetwork.inputs;
    const network: Network = {
      ...sampleNetwork,
      inputs: [{ ...input, encoder: { kind: "spikes" }, polarity: "unsigned" }, ...others],
    };
    const counts = Float32Array.from({ length: 16 * network.timesteps }, (_, i) => ((i * 7) % 6) - 1);
    const expected = createSimulator(network).run(encodeSample(network, counts));
    const simulator = createWasmSimulator(network, { graded: true });
    expect(firstDifference(expected.train, simulator.run(encodeSample(network, counts)).train)).toBe(null);
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
