/** What the C export says of its inputs must be what the encoder computes: the header's own numbers are read back and used. */
import { describe, expect, it } from "vitest";
import type { Encoder, Input, Network, Normalization } from "../../../src/network/network.ts";
import { quantizeSample } from "../../../src/simulate/encode.ts";
import { inputHeader, inputLines } from "../../../targets/mcu/c-export/inputs.ts";
import { sampleNetwork } from "../../network/sample-network.ts";

const normalization: Normalization = {
  offset: Float64Array.of(-0.1, 1e4 / 3),
  divisor: Float64Array.of(1e-3, 7),
};
const encoder: Encoder = {
  kind: "analog",
  scale: 1 / 127,
  zeroPoint: 0,
  bits: 8,
  signed: true,
  normalization,
};
const input: Input = { name: "table", shape: [2, 1, 2], encoder, polarity: "unsigned" };
const network: Network = { ...sampleNetwork, inputs: [input] };

function numbersOf(header: string, name: string): number[] {
  const [, list] = new RegExp(`${name}\\[\\d+\\] = \\{([^}]*)\\}`).exec(header)!;
  return list.split(",").flatMap((text) => (text.trim() === "" ? [] : [Number(text)]));
}

describe("the inputs of an exported network", () => {
  it("become integers by the offsets and divisors of net_inputs.h, one a value", () => {
    const header = inputHeader(network)!;
    const [offset, divisor] = ["net_input_offset", "net_input_divisor"].map((name) =>
      numbersOf(header, name),
    );
    expect([offset.length, divisor.length]).toEqual([4, 4]);
    const sample = [-0.1005, -0.0993, 3330, 3339];
    const q = sample.map((x, i) =>
      Math.min(127, Math.max(-128, Math.round((x - offset[i]) / divisor[i] / (1 / 127)))),
    );
    expect(q).toEqual([...quantizeSample(input, encoder, sample)]);
    expect(new Set(q).size).toBe(4);
  });

  it("are described in the report, with the formula and what enters", () => {
    const text = inputLines(network).join("\n");
    expect(text).toContain(
      `q = round(((x - offset) / divisor) / ${1 / 127}) + 0, between -128 and 127; q enters at every step`,
    );
    expect(text).toContain("net_inputs.h");
  });

  it("have no header where one scale serves all values", () => {
    expect(inputHeader(sampleNetwork)).toBeNull();
    expect(inputLines(sampleNetwork).join("\n")).toContain("q = round(x / ");
  });
});
