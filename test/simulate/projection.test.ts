import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sizeOf } from "../../src/network/network.ts";
import type { NumericConnection } from "../../src/simulate/numeric-connection.ts";
import { createCarrier } from "../../src/simulate/projection.ts";
import { arbitraryProjection, currentsByDefinition } from "./projection-oracle.ts";

/** Indices of neurons that emit something, and what. */
function eventsOf(values: readonly number[]): { neurons: number[]; emitted: number[] } {
  const neurons = [...values.keys()].filter((i) => values[i] !== 0);
  return { neurons, emitted: neurons.map((i) => values[i]) };
}

describe("a projection", () => {
  it("adds to its target what the definition says: all kinds, pools, strides, paddings, dilations, groups", () => {
    const kinds = new Set<string>();
    const check = fc.property(arbitraryProjection, ({ geometry, values }) => {
      kinds.add(geometry.connection.kind);
      const { neurons, emitted } = eventsOf(values);
      const currents = new Float64Array(sizeOf(geometry.targetShape));
      createCarrier(geometry).carry(neurons, emitted, 0, neurons.length, currents);
      const expected = currentsByDefinition(geometry, values);
      expect(Array.from(currents, (value) => value + 0)).toEqual(expected.map((value) => value + 0));
    });
    fc.assert(check, { numRuns: 1000 });
    expect([...kinds].sort()).toEqual(["convolution", "dense", "oneToOne", "sparse"]);
  });

  it("carries events without values as ones", () => {
    const check = fc.property(arbitraryProjection, ({ geometry, values }) => {
      const ones = values.map((value) => (value === 0 ? 0 : 1));
      const { neurons } = eventsOf(ones);
      const currents = new Float64Array(sizeOf(geometry.targetShape));
      createCarrier(geometry).carry(neurons, null, 0, neurons.length, currents);
      const expected = currentsByDefinition(geometry, ones);
      expect(Array.from(currents, (value) => value + 0)).toEqual(expected.map((value) => value + 0));
    });
    fc.assert(check, { numRuns: 200 });
  });

  it("adds to what is there already, and takes no event outside [from, to)", () => {
    const dense: NumericConnection = { kind: "dense", weights: Int8Array.of(1, 2, 4) };
    const carrier = createCarrier({ sourceShape: [3], targetShape: [1], pools: [], connection: dense });
    const currents = Float64Array.of(100);
    carrier.carry([0, 1, 2], null, 1, 2, currents);
    expect(currents[0]).toBe(102);
  });

  it("can be used again: a second step knows nothing of the first", () => {
    const check = fc.property(arbitraryProjection, ({ geometry, values }) => {
      const carrier = createCarrier(geometry);
      const { neurons, emitted } = eventsOf(values);
      const carried = () => {
        const currents = new Float64Array(sizeOf(geometry.targetShape));
        carrier.carry(neurons, emitted, 0, neurons.length, currents);
        return currents;
      };
      expect(carried()).toEqual(carried());
    });
    fc.assert(check, { numRuns: 200 });
  });

  it("carries float weights", () => {
    const dense: NumericConnection = { kind: "dense", weights: Float64Array.of(0.25, -0.5) };
    const carrier = createCarrier({ sourceShape: [2], targetShape: [1], pools: [], connection: dense });
    const currents = new Float64Array(1);
    carrier.carry([0, 1], [3, 1], 0, 2, currents);
    expect(currents[0]).toBe(0.25);
  });
});

describe("fan-out", () => {
  it("counts the synapses of every source neuron: each weight that one spike meets", () => {
    const check = fc.property(arbitraryProjection, ({ geometry }) => {
      // With all weights one, a spike adds exactly its number of synapses.
      const weights = new Int32Array(geometry.connection.weights.length).fill(1);
      const ones = { ...geometry, connection: { ...geometry.connection, weights } };
      const { fanOut } = createCarrier(geometry);
      const neurons = sizeOf(geometry.sourceShape);
      const expected = Array.from({ length: neurons }, (_, neuron) => {
        const spike = Array.from({ length: neurons }, (_, i) => (i === neuron ? 1 : 0));
        return currentsByDefinition(ones, spike).reduce((sum, value) => sum + value, 0);
      });
      expect([...fanOut]).toEqual(expected);
    });
    fc.assert(check, { numRuns: 100 });
  });
});
