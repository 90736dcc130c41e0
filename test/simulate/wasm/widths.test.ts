/** Proofs of width: what they promise holds for the worst input there is, and is no wider than it must be. */
import { describe, expect, it } from "vitest";
import type { Law } from "../../../src/network/network.ts";
import { inputBounds } from "../../../src/simulate/wasm/bounds.ts";
import { type Interval, stateBounds } from "../../../src/simulate/wasm/widths.ts";
import { law as plain } from "../../network/sample-network.ts";

const law: Law = { ...plain, vInit: Int32Array.of(0), threshold: Int32Array.of(100) };

const only = (weighted: Interval) => ({ weighted, bias: { low: 0, high: 0 } });

describe("bounds of a step's input", () => {
  it("add all excitatory weights of the worst neuron, and all inhibitory ones", () => {
    const dense = { kind: "dense", weights: Int8Array.of(3, -4, 5, /**/ -1, -9, 2) } as const;
    expect(inputBounds(dense, { sources: 3, channels: 3, times: 1 })).toEqual({ low: -10, high: 8 });
    expect(inputBounds(dense, { sources: 3, channels: 3, times: 4 })).toEqual({ low: -40, high: 32 });
  });
});

describe("bounds of a membrane", () => {
  it("grow with the steps where nothing holds them", () => {
    const bounds = stateBounds({ ...law, compare: "never" }, only({ low: -2, high: 5 }), 10);
    expect(bounds?.membrane).toEqual({ low: -20, high: 50 });
  });

  it("stop at the threshold where a spike subtracts it, and at the floor", () => {
    const floor = { kind: "clamp", value: Int32Array.of(-30) } as const;
    const bounds = stateBounds({ ...law, floor }, only({ low: -2, high: 60 }), 1000);
    expect(bounds?.membrane).toEqual({ low: -30, high: 99 });
    expect(bounds?.total.high).toBe(159);
  });

  it("stop where the state saturates", () => {
    const overflowV = { low: -128, high: 127, overflow: "saturate" } as const;
    const bounds = stateBounds(
      { ...law, overflowV, reset: { kind: "none" } },
      only({ low: -50, high: 50 }),
      1000,
    );
    expect(bounds?.membrane).toEqual({ low: -128, high: 127 });
    expect(bounds?.total).toEqual({ low: -178, high: 177 });
  });

  it("say how often a neuron may spike in a step", () => {
    const several = { ...law, maxSpikes: 0 };
    expect(stateBounds(several, only({ low: 0, high: 350 }), 1000)?.spikes).toBe(4);
    expect(stateBounds({ ...several, maxSpikes: 2 }, only({ low: 0, high: 350 }), 1000)?.spikes).toBe(2);
    expect(stateBounds({ ...law, compare: "never" }, only({ low: 0, high: 1 }), 5)?.spikes).toBe(0);
  });

  it("are given up where they have no end", () => {
    expect(
      stateBounds({ ...law, reset: { kind: "none" } }, only({ low: -1, high: 1 }), Number.POSITIVE_INFINITY),
    ).toBe(null);
  });
});
