/**
 * Configuration as the JSON that samna's Python interface loads, with the fields that Rockpool's config_from_specification sets
 * (42cee1c, rockpool/devices/xylo/syns{61201,63300,65302}/xylo_samna.py). Audio 2 calls its hidden neurons a reservoir and has a
 * second synaptic state; matrices are [source][target], output weights of the last hidden neurons only.
 */
import type { Artifact } from "../../src/target/target.ts";
import type { XyloConfiguration, XyloSynapse } from "./configuration.ts";

export const configurationName = "configuration.json";

export interface JsonLayout {
  readonly hiddenName: "hidden" | "reservoir";
  /** The first hidden neurons, which have columns of input weights; and the last, which have rows of output weights. */
  readonly inputColumns: number;
  readonly outputRows: number;
}

function matrix(rows: readonly (readonly XyloSynapse[])[], columns: number, state: 0 | 1): number[][] {
  return rows.map((row) => {
    const weights = new Array<number>(columns).fill(0);
    for (const synapse of row)
      if (synapse.state === state && synapse.target < columns) weights[synapse.target] += synapse.weight;
    return weights;
  });
}

export function writeJson(configuration: XyloConfiguration, layout: JsonLayout): Artifact {
  const { hidden, outputs, inputSynapses, hiddenSynapses, outputSynapses, shifts, synapticStates } =
    configuration;
  const two = synapticStates === 2;
  const columns = Math.min(hidden.length, layout.inputColumns);
  const silent = Math.max(0, hidden.length - layout.outputRows);
  const second = (rows: readonly (readonly XyloSynapse[])[], width: number) =>
    two ? { syn2_weights: matrix(rows, width, 1) } : {};
  const neurons = hidden.map(({ synapseDashes, membraneDash, threshold, bias, alias }) => ({
    i_syn_decay: synapseDashes[0],
    ...(two ? { i_syn2_decay: synapseDashes[1] } : {}),
    v_mem_decay: membraneDash,
    threshold,
    v_mem_bias: bias,
    alias_target: alias,
  }));
  const readout = outputs.map(({ synapseDash, membraneDash, threshold, bias }) => ({
    i_syn_decay: synapseDash,
    v_mem_decay: membraneDash,
    threshold,
    v_mem_bias: bias,
  }));
  const json = {
    input: {
      weights: matrix(inputSynapses, columns, 0),
      ...second(inputSynapses, columns),
      weight_bit_shift: shifts.input,
    },
    [layout.hiddenName]: {
      weights: matrix(hiddenSynapses, hidden.length, 0),
      ...second(hiddenSynapses, hidden.length),
      weight_bit_shift: shifts.hidden,
      aliasing: hidden.some(({ alias }) => alias !== null),
      neurons,
    },
    readout: {
      weights: matrix(outputSynapses.slice(silent), outputs.length, 0),
      weight_bit_shift: shifts.output,
      neurons: readout,
    },
    ...(two ? { synapse2_enable: true } : {}),
    bias_enable: configuration.hasBias,
    operation_mode: "AcceleratedTime",
  };
  return { name: configurationName, bytes: new TextEncoder().encode(`${JSON.stringify(json)}\n`) };
}
