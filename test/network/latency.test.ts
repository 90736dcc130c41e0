/**
 * Latency: the delay on the paths that carry the sample, and an error where two paths differ.
 */
import { describe, expect, it } from "vitest";
import { latencies, runLength } from "../../src/network/latency.ts";
import type { Input, Network, Population, Projection } from "../../src/network/network.ts";
import { hidden, law, sampleNetwork } from "./sample-network.ts";

const one = { kind: "oneToOne", weights: Int8Array.of(1) } as const;

function population(name: string): Population {
  return { ...hidden, name, shape: [4], law, spikeValue: new Float64Array(0), origin: [] };
}

const input: Input = { name: "input", shape: [4], encoder: { kind: "spikes" }, polarity: "unsigned" };
const bias: Input = { name: "bias", shape: [4], encoder: { kind: "always" }, polarity: "unsigned" };

/** edges: [source, target, delay]; the last population is read. */
function networkOf(names: string[], edges: [string, string, number][]): Network {
  const projections = edges.map(
    ([source, target, delay], index): Projection => ({
      name: `${index}`,
      source,
      target,
      delay,
      pools: [],
      connection: one,
    }),
  );
  return {
    ...sampleNetwork,
    inputs: [input, bias],
    populations: names.map(population),
    projections,
    readout: { ...sampleNetwork.readout, population: names.at(-1)! },
  };
}

describe("latencies", () => {
  it("adds up delays from the input, which is at 0", () => {
    const network = networkOf(
      ["a", "b"],
      [
        ["input", "a", 1],
        ["a", "b", 3],
      ],
    );
    expect([...latencies(network)]).toEqual([
      ["input", 0],
      ["bias", 0],
      ["a", 1],
      ["b", 4],
    ]);
  });

  it("takes two paths of the same delay for one", () => {
    const network = networkOf(
      ["a", "b", "sum"],
      [
        ["input", "a", 1],
        ["a", "b", 1],
        ["b", "sum", 1],
        ["a", "sum", 2],
      ],
    );
    expect(latencies(network).get("sum")).toBe(3);
  });

  it("refuses two paths of different delay and names the population and both sources", () => {
    const network = networkOf(
      ["a", "b", "sum"],
      [
        ["input", "a", 1],
        ["a", "b", 1],
        ["b", "sum", 1],
        ["a", "sum", 1],
      ],
    );
    expect(() => latencies(network)).toThrowError(
      expect.objectContaining({
        code: "SPK-0706",
        where: "population 'sum'",
        message: "the paths to 'sum' take 3 steps through 'b' and 2 steps through 'a'",
      }),
    );
  });

  it("does not count always-on inputs, nor populations that only they reach", () => {
    const network = networkOf(
      ["relay", "a", "b"],
      [
        ["bias", "relay", 2],
        ["input", "a", 1],
        ["bias", "a", 5],
        ["a", "b", 1],
        ["relay", "b", 9],
      ],
    );
    expect([...latencies(network).values()]).toEqual([0, 0, 2, 1, 2]);
  });

  it("does not count feedback", () => {
    const network = networkOf(
      ["a", "b"],
      [
        ["input", "a", 1],
        ["a", "a", 1],
        ["a", "b", 1],
        ["b", "a", 1],
      ],
    );
    expect([...latencies(network).values()]).toEqual([0, 0, 1, 2]);
  });

  it("puts a population that nothing reaches at 0", () => {
    expect(latencies(networkOf(["alone"], [])).get("alone")).toBe(0);
  });
});

describe("runLength", () => {
  it("is T + latency of the readout", () => {
    const network = networkOf(
      ["a", "b"],
      [
        ["input", "a", 2],
        ["a", "b", 3],
      ],
    );
    expect(runLength({ ...network, timesteps: 16 })).toBe(21);
  });
});
