import { describe, expect, it } from "vitest";
import { createCore } from "../../../targets/odin-family/core.ts";
import { tinyOdinModel } from "../../../targets/tinyodin/neuron.ts";

/** Neuron 0 with a membrane, threshold and leak; the spikes that events give, and the membrane after them. */
function run(start: { membrane: number; threshold: number; leak: number }, events: readonly number[]) {
  const core = createCore(tinyOdinModel);
  const word = (start.membrane & 0xfff) | (start.threshold << 12);
  core.writeRegister(0, 1);
  core.writeRegister(1, 1);
  for (let byte = 0; byte < 3; byte++) core.writeNeuron(0, byte, (word >>> (8 * byte)) & 0xff, 0);
  core.writeNeuron(0, 3, start.leak, 0);
  core.writeRegister(0, 0);
  const spikes = events.map((event) => core.serve(event).length);
  core.writeRegister(0, 1);
  const membrane = ((core.readNeuron(0, 0) | ((core.readNeuron(0, 1) & 0x0f) << 8)) << 20) >> 20;
  return { spikes, membrane };
}

const virtual = (weight: number) => 0x200 | ((weight & 0x0f) << 4);
const leakAll = 0x1ff;

describe("a neuron of tinyODIN", () => {
  it("saturates at both ends of 12 bits", () => {
    expect(run({ membrane: -2046, threshold: 0xfff, leak: 0 }, [virtual(-8)]).membrane).toBe(-2048);
    expect(run({ membrane: 2045, threshold: 0xfff, leak: 0 }, [virtual(7)]).membrane).toBe(2047);
  });

  it("leaks toward zero from both sides without crossing it", () => {
    expect(run({ membrane: 5, threshold: 100, leak: 3 }, [leakAll]).membrane).toBe(2);
    expect(run({ membrane: 2, threshold: 100, leak: 3 }, [leakAll]).membrane).toBe(0);
    expect(run({ membrane: -2, threshold: 100, leak: 3 }, [leakAll]).membrane).toBe(0);
  });

  it("fires at its threshold and never at one of 0x800 or more", () => {
    expect(run({ membrane: 3, threshold: 5, leak: 0 }, [virtual(2)])).toEqual({ spikes: [1], membrane: 0 });
    expect(run({ membrane: 2047, threshold: 0x800, leak: 0 }, [virtual(1)]).spikes).toEqual([0]);
  });
});
