/**
 * The JSON of write-json.ts, or another that the maker's tools wrote with these fields, back to a configuration. Every value is
 * checked: files may come from anywhere.
 */
import { SpikecError } from "../../src/errors/error.ts";
import type { XyloConfiguration, XyloSynapse } from "./configuration.ts";

const most = { inputs: 16, hidden: 1000, outputs: 32 };
/** The file does not say how long a step is. */
const usualTimestep = 1e-3;

/** A JSON value with its path, so that a wrong one can be named. */
interface Place {
  readonly value: unknown;
  readonly path: string;
}

function refuse({ path }: Place, wanted: string): never {
  throw new SpikecError("SPK-0404", `${path} is not ${wanted}`, { where: "configuration.json" });
}

function at(place: Place, key: string): Place {
  const { value, path } = place;
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(place, "an object");
  return { value: (value as Record<string, unknown>)[key], path: `${path}.${key}` };
}

const has = (place: Place, key: string) =>
  at(place, key).value !== undefined && at(place, key).value !== null;

function list(place: Place, longest: number): Place[] {
  const { value, path } = place;
  if (!Array.isArray(value) || value.length > longest) refuse(place, `a list of at most ${longest}`);
  return value.map((entry, index) => ({ value: entry, path: `${path}[${index}]` }));
}

function integer(place: Place, low: number, high: number): number {
  const { value } = place;
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high)
    refuse(place, `an integer in ${low}..${high}`);
  return value as number;
}

/** [sources][targets] as rows of synapses. */
function rowsOf(place: Place, sources: number, targets: number, state: 0 | 1): XyloSynapse[][] {
  return list(place, sources).map((row) =>
    list(row, targets).flatMap((entry, target) => {
      const weight = integer(entry, -128, 127);
      return weight === 0 ? [] : [{ target, state, weight }];
    }),
  );
}

/** Onto both synaptic states, where the second is in use. */
function bothStates(place: Place, sources: number, targets: number): XyloSynapse[][] {
  const first = rowsOf(at(place, "weights"), sources, targets, 0);
  if (!has(place, "syn2_weights")) return first;
  const second = rowsOf(at(place, "syn2_weights"), sources, targets, 1);
  return first.map((row, source) => [...row, ...(second[source] ?? [])]);
}

function neuronOf(place: Place) {
  return {
    membraneDash: integer(at(place, "v_mem_decay"), 0, 15),
    threshold: integer(at(place, "threshold"), -32768, 32767),
    bias: integer(at(place, "v_mem_bias"), -128, 127),
  };
}

/** Throws SPK-0404 with the path of what is wrong. */
export function readJson(text: string): XyloConfiguration {
  let root: Place;
  try {
    root = { value: JSON.parse(text), path: "configuration" };
  } catch (cause) {
    throw new SpikecError("SPK-0404", "the file is no JSON", { where: "configuration.json", cause });
  }
  const hiddenPart = at(root, has(root, "reservoir") ? "reservoir" : "hidden");
  const [input, readout] = [at(root, "input"), at(root, "readout")];
  const neurons = list(at(hiddenPart, "neurons"), most.hidden);
  const outputs = list(at(readout, "neurons"), most.outputs);
  const size = neurons.length;
  const shift = (place: Place) => integer(at(place, "weight_bit_shift"), 0, 15);
  const outputRows = rowsOf(at(readout, "weights"), size, outputs.length, 0);
  const hiddenSynapses = bothStates(hiddenPart, size, size);
  if (hiddenSynapses.length !== size) refuse(at(hiddenPart, "weights"), `a list of ${size}`);
  return {
    hidden: neurons.map((place) => ({
      ...neuronOf(place),
      synapseDashes: [
        integer(at(place, "i_syn_decay"), 0, 15),
        has(place, "i_syn2_decay") ? integer(at(place, "i_syn2_decay"), 0, 15) : 0,
      ],
      alias: has(place, "alias_target") ? integer(at(place, "alias_target"), 0, size - 1) : null,
    })),
    outputs: outputs.map((place) => ({
      ...neuronOf(place),
      synapseDash: integer(at(place, "i_syn_decay"), 0, 15),
    })),
    shifts: { input: shift(input), hidden: shift(hiddenPart), output: shift(readout) },
    hasBias: at(root, "bias_enable").value === true,
    synapticStates: has(hiddenPart, "syn2_weights") ? 2 : 1,
    dt: usualTimestep,
    inputSynapses: bothStates(input, most.inputs, size),
    hiddenSynapses,
    // Rows of the last hidden neurons: those before them have none.
    outputSynapses: [...Array.from({ length: size - outputRows.length }, () => []), ...outputRows],
  };
}
