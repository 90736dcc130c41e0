/** Suite `neurons/lava`: traces of Lava's fixed-point LIF under the neuron law, u, v and spikes of every step. */
import { loihi } from "../../../src/network/presets.ts";
import type { VectorResult } from "../../../src/target/target.ts";
import { firstDifference, type Rows, runLaw } from "./law-case.ts";
import type { Runner } from "./runner.ts";

interface Case {
  readonly du: number;
  readonly dv: number;
  readonly bias_mant: number;
  readonly bias_exp: number;
  readonly vth: number;
  /** Weighted input, before it is moved 6 bits up. */
  readonly a_in: Rows;
  readonly u: Rows;
  readonly v: Rows;
  readonly spk: Rows;
}

export const runLava: Runner = function* (files, { engine }): Generator<VectorResult> {
  for (const path of files.paths) {
    const { cases }: { cases: Case[] } = JSON.parse(new TextDecoder().decode(files.read(path)));
    for (const [index, { du, dv, vth, bias_mant, bias_exp, a_in, u, v, spk }] of cases.entries()) {
      const law = loihi({ du, dv, vth, bias: bias_mant * 2 ** bias_exp });
      const difference = firstDifference(runLaw(law, a_in, engine), { u, v, spikes: spk });
      yield {
        name: `case ${index} (du ${du}, dv ${dv}, vth ${vth})`,
        exact: difference === null,
        difference,
      };
    }
  }
};
