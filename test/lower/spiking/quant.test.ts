/** What nodes say of their own integers (`quant` of the text form), and what lowering makes of it. */
import { describe, expect, it } from "vitest";
import type { SpikingGraph } from "../../../src/graph/spiking.ts";
import type { SpikingLoweringOptions } from "../../../src/lower/spiking/options.ts";
import { quantizeSpiking } from "../../../src/lower/spiking/quantize-spiking.ts";
import {
  type IntegrateAndFirePopulation,
  isIntegrateAndFire,
  type Network,
} from "../../../src/network/network.ts";
import { decodeNetwork, encodeNetwork } from "../../../src/network/spk/spk.ts";
import { encodeSample } from "../../../src/simulate/encode.ts";
import { createSimulator } from "../../../src/simulate/reference.ts";
import { createWasmSimulator } from "../../../src/simulate/wasm/engine.ts";
import { loihi2 } from "../../../targets/loihi2/index.ts";
import { read } from "../../import/yaml/small-text.ts";
import { genericRules, lowered, optionsOf } from "./native.ts";

const steps = 60;

interface Choices {
  readonly forward?: string;
  readonly back?: string;
  readonly neuron?: string;
}

const quant = (words: string | undefined): string => (words === undefined ? "" : `, quant: {${words}}`);

/** Three inputs, two recurrent neurons whose weights differ much in size. */
async function recurrent({ forward, back, neuron }: Choices): Promise<SpikingGraph> {
  const { graph } = await read(`format: snn/1
time: {dt: 1e-3}
nodes:
  input: {type: Input, shape: [3]}
  fc: {type: Linear, weight: [[0.913, -0.317, 0.211], [0.0917, 0.0313, -0.0271]]${quant(forward)}}
  lif: {type: LIF, tau: 0.01, r: 10${quant(neuron)}}
  back: {type: Linear, weight: [[0.1231, -0.2317], [0.0413, 0.0119]]${quant(back)}}
  output: {type: Output}
chain: [input, fc, lif, output]
edges: [{from: lif, to: back, delay: 1}, [back, lif]]
`);
  return graph;
}

async function networkOf(choices: Choices, more: Partial<SpikingLoweringOptions> = {}): Promise<Network> {
  const graph = await recurrent(choices);
  const { network } = lowered(graph, graph.discretization!, steps, more);
  return decodeNetwork(encodeNetwork(network), "net.spk");
}

function weightsOf({ projections }: Network, source: string): number[] {
  return Array.from(projections.find((projection) => projection.source === source)!.connection.weights);
}

/** As a quantizer of the chip's own makes it. */
async function quantizedNotes(choices: Choices): Promise<string[]> {
  const graph = await recurrent(choices);
  const { network } = quantizeSpiking(graph, loihi2.quantizers![0], {
    ...optionsOf(graph.discretization!, steps),
    rules: loihi2.chip.rules,
  });
  return notesOf(network);
}

const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));

function lif({ populations }: Network): IntegrateAndFirePopulation {
  const found = populations.find(({ name }) => name === "lif")!;
  if (!isIntegrateAndFire(found)) throw new Error("lif is no integrate-and-fire population");
  return found;
}

const notesOf = ({ notes }: Network): string[] =>
  notes.filter(({ where }) => where === "lif").map(({ level, text }) => `${level}: ${text}`);

describe("bits of a node's weights", () => {
  it.each([3, 4, 6, 12])("go before those of the options: %i", async (bits) => {
    const top = 2 ** (bits - 1) - 1;
    const both = await networkOf({ forward: `bits: ${bits}`, back: `bits: ${bits}` });
    const all = [...weightsOf(both, "input"), ...weightsOf(both, "lif")];
    expect(largest(all)).toBe(top);
    const option = await networkOf({}, { weightBits: bits });
    expect(all).toEqual([...weightsOf(option, "input"), ...weightsOf(option, "lif")]);
  });

  it("hold for this node alone, and those beside it keep to theirs", async () => {
    const network = await networkOf({ back: "bits: 4" });
    expect(largest(weightsOf(network, "lif"))).toBe(7);
    const forward = largest(weightsOf(network, "input"));
    expect(forward).toBeGreaterThan(7);
    expect(forward).toBeLessThanOrEqual(127);
    expect(notesOf(network)).toContain("info: the weights from lif by their own quant: 4 bits");
  });

  it("make the steps of a current as coarse as they are, where both reach the same neurons", async () => {
    const { graph } = await read(`format: snn/1
time: {dt: 1e-3}
nodes:
  input: {type: Input, shape: [1]}
  lif: {type: LIF, tau: 0.01, r: 10}
  back: {type: Linear, weight: [[0.31]], quant: {bits: 4}}
  output: {type: Output}
chain: [input, lif, output]
edges: [{from: lif, to: back, delay: 1}, [back, lif]]
`);
    const { network } = lowered(graph, graph.discretization!, steps, {
      input: { kind: "current", largest: null },
    });
    // 0.31 is 5 of 2^-4, the finest step in which it has 4 bits; a current of 2^-4 is 1.
    expect(network.inputs[0].encoder).toMatchObject({ kind: "current", scale: 2 ** -4 });
    expect([weightsOf(network, "input"), weightsOf(network, "lif")]).toEqual([[1], [5]]);
  });

  it("end at those of the chip, with a warning", async () => {
    const rules = { ...genericRules, weights: { ...genericRules.weights, bits: 5 } };
    const network = await networkOf({ forward: "bits: 9", back: "bits: 5" }, { rules });
    expect(largest(weightsOf(network, "input"))).toBeLessThanOrEqual(15);
    expect(notesOf(network)).toContain("warning: the weights from input ask for 9 bits, and the chip has 5");
  });
});

describe("the scale of a node's weights", () => {
  it("is one for the layer where it says so, and one a channel where it says that", async () => {
    const layer = await networkOf({ back: "bits: 8, scale: per_layer" });
    const plain = await networkOf({});
    const channel = await networkOf({ forward: "scale: per_channel" }, { scales: "layer" });
    expect(lif(layer).membraneUnit).toHaveLength(1);
    expect(lif(plain).membraneUnit).toHaveLength(2);
    expect(weightsOf(channel, "input")).toEqual(weightsOf(plain, "input"));
    const option = await networkOf({}, { scales: "layer" });
    expect(weightsOf(layer, "input")).toEqual(weightsOf(option, "input"));
    expect(weightsOf(layer, "input")).not.toEqual(weightsOf(plain, "input"));
  });

  it("is refused where two nodes in front of the same neurons ask for different ones", async () => {
    const graph = await recurrent({ forward: "scale: per_channel", back: "scale: per_layer" });
    expect(() => lowered(graph, graph.discretization!, steps)).toThrow(
      expect.objectContaining({ code: "SPK-0306", where: expect.stringContaining("lif") }),
    );
  });
});

describe("a quantizer of the chip's own", () => {
  it("leaves aside what nodes say, with a warning for each population", async () => {
    const aside = "warning: what quant says of it is left aside: the chip's quantizer chooses its integers";
    expect(await quantizedNotes({ back: "bits: 4" })).toContain(aside);
    expect(await quantizedNotes({ neuron: "state_bits: 16" })).toContain(aside);
    expect(await quantizedNotes({})).not.toContain(aside);
  });
});

describe("bits of a neuron's state", () => {
  const sample = Float32Array.from({ length: steps * 3 }, (_, i) => Number((i * 7) % 5 < 2));

  it.each([10, 12, 16, 20])("bound its membrane, which has room for four thresholds: %i", async (bits) => {
    const network = await networkOf({ neuron: `state_bits: ${bits}` });
    const { overflowV, threshold } = lif(network).law;
    const [low, high] = [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
    expect(overflowV).toEqual({ low, high, overflow: "saturate" });
    for (const one of threshold) expect(one).toBeLessThanOrEqual(2 ** (bits - 3));
    expect(notesOf(network)).toContain(
      `info: states of ${bits} bits by its own quant: they saturate at ${low} and ${high}`,
    );
  });

  it("change no spike where they suffice", async () => {
    const own = await networkOf({ neuron: "state_bits: 20" });
    const usual = await networkOf({});
    const countsOf = (network: Network) => {
      const run = createSimulator(network).run(encodeSample(network, sample));
      return Array.from(run.train.events.get("lif")!.offsets);
    };
    expect(countsOf(own)).toEqual(countsOf(usual));
    expect(countsOf(usual).at(-1), "spikes in all").toBeGreaterThan(10);
  });

  it("hold a membrane that is pushed down, so that it comes back the sooner", async () => {
    const downs = 30;
    const ups = 150;
    const events = Float32Array.from({ length: 2 * (downs + ups) }, (_, i) =>
      Number(i % 2 === (i < 2 * downs ? 0 : 1)),
    );
    const firstSpike = async (words: string): Promise<number> => {
      const { graph } = await read(`format: snn/1
time: {dt: 1e-3}
nodes:
  input: {type: Input, shape: [2]}
  fc: {type: Linear, weight: [[-10, 1]]}
  lif: {type: IF${words}}
  output: {type: Output}
chain: [input, fc, lif, output]
`);
      const { network } = lowered(graph, graph.discretization!, downs + ups);
      expect(lif(network).law).toMatchObject({ compare: "gt", threshold: Int32Array.of(1) });
      const sample = encodeSample(network, events);
      const train = createSimulator(network).run(sample).train.events.get("lif")!;
      const fast = createWasmSimulator(network).run(sample).train.events.get("lif")!;
      expect(fast.offsets).toEqual(train.offsets);
      return train.offsets.findIndex((count) => count > 0) - 1;
    };
    // A spike is worth 1: the 130th is the first above 1, from -128.
    expect(await firstSpike(", quant: {state_bits: 8}")).toBe(downs + 130 - 1);
    expect(await firstSpike("")).toBeLessThan(0);
  });

  it("are those of the chip, with a warning, where it has no others", async () => {
    const { narrowStates: _, ...neurons } = genericRules.neurons!;
    const network = await networkOf({ neuron: "state_bits: 16" }, { rules: { ...genericRules, neurons } });
    const { low, high } = genericRules.state;
    expect(lif(network).law.overflowV).toEqual({ low, high, overflow: "saturate" });
    expect(notesOf(network)).toContain("warning: it asks for states of 16 bits, and has those of the chip");
  });

  it("refuse a membrane that starts outside of them", async () => {
    const graph = await recurrent({ neuron: "state_bits: 8" });
    const nodes = graph.nodes.map((node) =>
      node.name === "lif" ? { ...node, vInit: { shape: [], data: Float64Array.of(-100) } } : node,
    ) as SpikingGraph["nodes"];
    expect(() => lowered({ ...graph, nodes }, graph.discretization!, steps)).toThrow(
      expect.objectContaining({ code: "SPK-0306", message: expect.stringContaining("its start is -") }),
    );
  });
});
