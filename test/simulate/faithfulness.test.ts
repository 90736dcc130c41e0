/**
 * How faithful integers are: neurons of the faithful profile against the spikes of the float neurons that they stand for
 * (docs/law.md, "How faithful integers are").
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  alphaInIntegers,
  faithful,
  fixedPoint,
  leakyInIntegers,
  type Profile,
  synapticInIntegers,
} from "../../src/network/fixed-point.ts";
import type { Law } from "../../src/network/network.ts";
import { traceOf } from "./small-laws.ts";

interface GoldenArray {
  readonly dtype: "f32" | "u8";
  readonly shape: readonly number[];
  readonly offset: number;
  readonly bytes: number;
}

interface Case {
  readonly id: string;
  readonly model: "Leaky" | "Synaptic" | "Alpha";
  readonly threshold: number;
  readonly arrays: Readonly<Record<string, GoldenArray>>;
}

const folder = new URL("../golden/faithfulness/", import.meta.url);
const bytes = new Uint8Array(readFileSync(new URL("snntorch_spikes.bin", folder)));
const { cases, binSha256 }: { cases: Case[]; binSha256: string } = JSON.parse(
  readFileSync(new URL("snntorch_spikes.json", folder), "utf8"),
);

function valuesOf({ arrays }: Case, name: string): Float32Array | Uint8Array {
  const { dtype, offset, bytes: length } = arrays[name];
  const own = bytes.slice(offset, offset + length);
  return dtype === "u8" ? own : new Float32Array(own.buffer);
}

function lawOf(golden: Case, profile: Profile): Law {
  const neuron = { threshold: [golden.threshold], beta: valuesOf(golden, "beta") };
  if (golden.model === "Leaky") return leakyInIntegers(neuron, profile);
  const synapse = { ...neuron, alpha: valuesOf(golden, "alpha") };
  if (golden.model === "Synaptic") return synapticInIntegers(synapse, profile);
  return alphaInIntegers({ ...synapse, tau: valuesOf(golden, "tau_alpha.f32") }, profile);
}

interface Agreement {
  /** Pairs of step and neuron, and those that agree. */
  readonly pairs: number;
  readonly equal: number;
  readonly trains: number;
  readonly exactTrains: number;
  readonly spikes: { readonly integer: number; readonly float: number };
}

/** Over all cases of a model. */
function agreementOf(model: Case["model"], profile: Profile): Agreement {
  let [pairs, equal, trains, exactTrains, integer, float] = [0, 0, 0, 0, 0, 0];
  for (const golden of cases.filter((candidate) => candidate.model === model)) {
    const [steps, neurons] = golden.arrays.input.shape;
    const input = fixedPoint(valuesOf(golden, "input"), profile.fractionBits);
    const currents = Array.from({ length: steps }, (_, t) => [
      ...input.subarray(t * neurons, (t + 1) * neurons),
    ]);
    const { spikes } = traceOf(lawOf(golden, profile), currents);
    const expected = valuesOf(golden, "f32.spk");
    for (let neuron = 0; neuron < neurons; neuron++) {
      const same = spikes.filter((row, t) => row[neuron] === expected[t * neurons + neuron]).length;
      pairs += steps;
      equal += same;
      trains++;
      if (same === steps) exactTrains++;
    }
    integer += spikes.flat().reduce((sum, count) => sum + count, 0);
    for (const count of expected) float += count;
  }
  return { pairs, equal, trains, exactTrains, spikes: { integer, float } };
}

const models = ["Leaky", "Synaptic", "Alpha"] as const;
const profiles: readonly Profile[] = [
  { fractionBits: 8, decayBits: 12, rounding: "trunc0" },
  { fractionBits: 12, decayBits: 12, rounding: "trunc0" },
  faithful,
  { fractionBits: 14, decayBits: 16, rounding: "halfAway" },
];

describe("the recorded float spikes", () => {
  it("are the bytes that were recorded", () => {
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(binSha256);
  });
});

describe.each(models)("%s in integers of 12 fraction bits, 12 decay bits, halves away from zero", (model) => {
  const { pairs, equal, spikes } = agreementOf(model, faithful);

  it("spikes as floats do in at least 0.998 of all steps", () => {
    expect(pairs).toBe(64 * 200);
    expect(equal / pairs).toBeGreaterThanOrEqual(0.998);
  });

  it("spikes as often as floats do, within 0.5 %", () => {
    expect(Math.abs(spikes.integer / spikes.float - 1)).toBeLessThanOrEqual(0.005);
  });
});

describe("the table of docs/law.md", () => {
  it("says what is measured here", () => {
    const page = readFileSync(new URL("../../docs/law.md", import.meta.url), "utf8");
    const rows: string[] = [];
    for (const profile of profiles) {
      const { fractionBits, decayBits, rounding } = profile;
      const cells = models.map((model) => {
        const { pairs, equal, exactTrains, spikes } = agreementOf(model, profile);
        return `${(equal / pairs).toFixed(4)}, ${exactTrains}, ${spikes.integer}/${spikes.float}`;
      });
      rows.push(`| ${fractionBits}, ${decayBits}, ${rounding} | ${cells.join(" | ")} |`);
    }
    expect(page).toContain(rows.join("\n"));
  });
});
