/** The integer part of suite `neurons/sinabs`: sinabs' IAF on whole numbers, whose float results are whole, under the law. */
import { sinabsIaf } from "../../../src/network/presets.ts";
import type { EngineKind } from "../../../src/simulate/engine.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import { firstDifference, type Rows, runLaw } from "./law-case.ts";

interface Case {
  readonly spike_fn: "multi" | "single" | "max3";
  readonly reset: "subtract" | "zero";
  readonly min_v_mem: number | null;
  readonly threshold: number;
  readonly input: Rows;
  readonly spk: Rows;
  readonly v_mem: Rows;
}

const maxSpikes = { multi: 0, single: 1, max3: 3 } as const;

/** One result for every case of neurons/sinabs_iaf_integer.json. contents: the file. */
export function* runSinabsIntegers(contents: Uint8Array, engine: EngineKind): Generator<VectorResult> {
  const { cases }: { cases: Case[] } = JSON.parse(new TextDecoder().decode(contents));
  for (const { spike_fn, reset, min_v_mem, threshold, input, spk, v_mem } of cases) {
    const law = sinabsIaf(threshold, { lowest: min_v_mem, maxSpikes: maxSpikes[spike_fn], reset });
    const difference = firstDifference(runLaw(law, input, engine), { v: v_mem, spikes: spk });
    const name = `integers, ${spike_fn}, ${reset}, threshold ${threshold}, lowest ${min_v_mem}`;
    yield { name, exact: difference === null, difference };
  }
}
