/**
 * How faithful lowered neurons are: snnTorch's recorded spikes of 64 neurons over 200 steps (golden/faithfulness), half on
 * currents, half on spikes, against the Network that lowering makes of the same neurons (docs/law.md, docs/native.md).
 */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ArrayCase, GoldenArray } from "../../conformance/runners/golden-arrays.ts";
import { anyTime, neuronGraph } from "../../conformance/runners/single-neuron.ts";
import { type SnnTorchParams, snnTorchNeuron } from "../../conformance/runners/snntorch.ts";
import { type Agreement, compareSpikes, lowered } from "./native.ts";

interface Place {
  readonly dtype: "f32" | "u8";
  readonly shape: readonly number[];
  readonly offset: number;
  readonly bytes: number;
}

interface Recorded {
  readonly id: string;
  readonly model: "Leaky" | "Synaptic" | "Alpha";
  readonly threshold: number;
  readonly arrays: Readonly<Record<string, Place>>;
}

const folder = new URL("../../golden/faithfulness/", import.meta.url);
const bytes = new Uint8Array(readFileSync(new URL("snntorch_spikes.bin", folder)));
const { cases }: { cases: Recorded[] } = JSON.parse(
  readFileSync(new URL("snntorch_spikes.json", folder), "utf8"),
);

function arrayAt({ dtype, shape, offset, bytes: length }: Place): GoldenArray {
  const own = bytes.slice(offset, offset + length);
  return { shape, data: dtype === "u8" ? own : new Float32Array(own.buffer) };
}

function caseOf({ id, model, threshold, arrays }: Recorded): ArrayCase<SnnTorchParams> {
  const reset = id.includes("zero") ? "zero" : "subtract";
  const read = Object.entries(arrays).map(([name, place]) => [name, arrayAt(place)] as const);
  return { id, model, params: { threshold, reset, alpha: "array", beta: "array" }, arrays: new Map(read) };
}

function agreementOf(recorded: Recorded): Agreement {
  const given = caseOf(recorded);
  const { shape, data } = given.arrays.get("input")!;
  const graph = neuronGraph(snnTorchNeuron(given, shape.slice(1)));
  const lowering = lowered(graph, anyTime, shape[0], { input: { kind: "current", largest: null } });
  const [found] = compareSpikes(graph, anyTime, lowering, [data as Float32Array]).values();
  let theirs = 0;
  for (const count of given.arrays.get("f32.spk")!.data) theirs += count;
  expect(found.floatSpikes).toBe(theirs);
  return found;
}

describe.each(["Leaky", "Synaptic", "Alpha"] as const)(
  "%s, lowered with 12 places of state and decay",
  (model) => {
    const found = cases.filter((one) => one.model === model).map(agreementOf);
    const total = (key: "pairs" | "equal" | "spikes" | "floatSpikes") =>
      found.reduce((sum, one) => sum + one[key], 0);

    it("spikes as floats do in at least 0.998 of all steps", () => {
      expect(total("pairs")).toBe(64 * 200);
      expect(total("equal") / total("pairs")).toBeGreaterThanOrEqual(0.998);
    });

    it("spikes as often as floats do, within 0.5 %", () => {
      expect(Math.abs(total("spikes") / total("floatSpikes") - 1)).toBeLessThanOrEqual(0.005);
    });
  },
);
