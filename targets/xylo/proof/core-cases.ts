/** Integer networks, run step by step: spikes, currents and membranes of every neuron must come out. */
import type { Proof, VectorResult } from "../../../src/target/target.ts";
import type { XyloConfiguration, XyloSynapse } from "../configuration.ts";
import { createCore } from "../core.ts";
import { type Case, listOf, readJson, rowDiffers } from "./read-vectors.ts";

const file = "xylo/sim_cases.json";

/** Synapses are [target, synaptic state, weight]. */
function synapsesOf(rows: Case): XyloSynapse[][] {
  return rows.map((row: Case) =>
    row.map(([target, state, weight]: [number, 0 | 1, number]) => ({ target, state, weight })),
  );
}

function configurationOf(net: Case): XyloConfiguration {
  return {
    hidden: net.hidden.map((neuron: Case) => ({
      synapseDashes: neuron.dash_syn,
      membraneDash: neuron.dash_mem,
      threshold: neuron.threshold,
      bias: neuron.bias,
      alias: neuron.alias < 0 ? null : neuron.alias,
    })),
    outputs: net.output.map((neuron: Case) => ({
      synapseDash: neuron.dash_syn,
      membraneDash: neuron.dash_mem,
      threshold: neuron.threshold,
      bias: neuron.bias,
    })),
    shifts: { input: net.weight_shift_in, hidden: net.weight_shift_rec, output: net.weight_shift_out },
    hasBias: net.has_bias,
    synapticStates: 2,
    dt: 0.001,
    inputSynapses: synapsesOf(net.syn_in),
    hiddenSynapses: synapsesOf(net.syn_rec),
    outputSynapses: synapsesOf(net.syn_out),
  };
}

function runCase({ id, net, input, expect }: Case): VectorResult {
  const core = createCore(configurationOf(net));
  let difference: string | null = null;
  const compare = (what: string, step: number, expected: readonly number[], found: ArrayLike<number>) => {
    difference ??= rowDiffers(what, step, expected, found);
  };
  input.forEach((spikes: readonly number[], step: number) => {
    core.step(spikes);
    compare("hidden spikes", step, expect.spikes[step], core.hiddenSpikes);
    compare("output spikes", step, expect.spikes_out[step], core.outputSpikes);
    const shown = expect.state_steps.indexOf(step);
    if (shown < 0) return;
    compare("i_syn", step, expect.i_syn[shown], core.hiddenCurrents[0]);
    compare("i_syn2", step, expect.i_syn2[shown], core.hiddenCurrents[1]);
    compare("v_mem", step, expect.v_mem[shown], core.hiddenMembranes);
    compare("i_syn_out", step, expect.i_syn_out[shown], core.outputCurrents);
    compare("v_mem_out", step, expect.v_mem_out[shown], core.outputMembranes);
  });
  return { name: id, exact: difference === null, difference };
}

export const coreProof: Proof = {
  suite: "xylo/sim",
  files: [file],
  whose:
    "xylosim's arithmetic, restated and run on random networks: shifts, aliases, saturation, two synaptic states",
  vectors: 16,
  run: (files) => listOf(readJson(file, files).cases, "cases", file).map(runCase),
};
