/**
 * Configuration to the files in which the maker dumps the memories of a core (save_to_RAM_files_V2 for xylosim): one memory a file,
 * one word a line in hexadecimal, lines that begin with // between the rows of matrices; basic_config.json beside them.
 *
 * Rows of hidden weights hold the neurons that they reach (rforam), two weights for each (rwtram, rwt2ram), and a count (refocram);
 * rows of input weights have a word for each of the first hidden neurons, rows of output weights exist for the last ones.
 */
import type { Artifact } from "../../src/target/target.ts";
import type { XyloConfiguration, XyloSynapse } from "./configuration.ts";

export const basicName = "basic_config.json";

/** Two's complement in so many digits, and in more where a count needs them. */
function hex(value: number, digits: number): string {
  const word = value < 0 ? value + 16 ** digits : value;
  return word.toString(16).padStart(digits, "0");
}

interface Entry {
  readonly target: number;
  readonly weights: [number, number];
}

/** A row by target neuron: the weights onto its two synaptic states. */
function entriesOf(row: readonly XyloSynapse[]): Entry[] {
  const entries = new Map<number, Entry>();
  for (const { target, state, weight } of row) {
    const entry = entries.get(target) ?? { target, weights: [0, 0] };
    entry.weights[state] += weight;
    entries.set(target, entry);
  }
  return [...entries.values()].sort((a, b) => a.target - b.target);
}

/** A matrix with a word for each of `columns` targets. */
function denseLines(
  rows: readonly (readonly XyloSynapse[])[],
  columns: number,
  state: 0 | 1,
  title: (row: number) => string,
): string[] {
  return rows.flatMap((row, index) => {
    const words = new Array<number>(columns).fill(0);
    for (const { target, weights } of entriesOf(row)) if (target < columns) words[target] = weights[state];
    return [`// ${title(index)}`, ...words.map((word) => hex(word, 2))];
  });
}

/** outputRows: hidden neurons that have rows of output weights, the last ones. inputColumns: the first ones. */
export function writeRam(
  configuration: XyloConfiguration,
  inputColumns: number,
  outputRows: number,
): readonly Artifact[] {
  const { hidden, outputs, inputSynapses, hiddenSynapses, outputSynapses, shifts } = configuration;
  const columns = Math.min(hidden.length, inputColumns);
  const silent = Math.max(0, hidden.length - outputRows);
  const rows = hiddenSynapses.map(entriesOf);
  const perEntry = (name: string, wordOf: (entry: Entry) => string) =>
    rows.flatMap((row, id) => [`// ${name} ${id}`, ...row.map(wordOf)]);
  const neurons = [...hidden, ...outputs];
  const targets = new Set(hidden.map(({ alias }) => alias));
  const memories: Readonly<Record<string, readonly string[]>> = {
    iwtram: denseLines(inputSynapses, columns, 0, (row) => `input ${row}`),
    iwt2ram: denseLines(inputSynapses, columns, 1, (row) => `input ${row}`),
    rforam: perEntry("hidden", ({ target }) => hex(target, 3)),
    rwtram: perEntry("hidden", ({ weights }) => hex(weights[0], 2)),
    rwt2ram: perEntry("hidden", ({ weights }) => hex(weights[1], 2)),
    refocram: rows.map((row) => hex(row.length, 2)),
    owtram: denseLines(outputSynapses.slice(silent), outputs.length, 0, (row) => `hidden ${silent + row}`),
    ndmram: neurons.map(({ membraneDash }) => hex(membraneDash, 1)),
    ndsram: [
      ...hidden.map(({ synapseDashes }) => hex(synapseDashes[0], 1)),
      ...outputs.map(({ synapseDash }) => hex(synapseDash, 1)),
    ],
    rds2ram: hidden.map(({ synapseDashes }) => hex(synapseDashes[1], 1)),
    nthram: neurons.map(({ threshold }) => hex(threshold, 4)),
    nbram: neurons.map(({ bias }) => hex(bias, 2)),
    raram: hidden.map(({ alias }) => hex(alias ?? -1, 3)),
    // 2: it has an alias; 1: it is one.
    rcram: hidden.map(({ alias }, id) => hex((alias === null ? 0 : 2) + (targets.has(id) ? 1 : 0), 1)),
  };
  const basic = {
    IN: inputSynapses.length,
    RSN: hidden.length,
    ON: outputs.length,
    IWBS: shifts.input,
    RWBS: shifts.hidden,
    OWBS: shifts.output,
    time_resolution_wrap: 0,
    DT: configuration.dt,
    N_SYNS: configuration.synapticStates,
    RA: hidden.some(({ alias }) => alias !== null),
    BIAS: configuration.hasBias,
  };
  const encode = (text: string) => new TextEncoder().encode(text);
  return [
    ...Object.entries(memories).map(([name, lines]) => ({
      name: `${name}.ini`,
      bytes: encode(lines.map((line) => `${line}\n`).join("")),
    })),
    { name: basicName, bytes: encode(`${JSON.stringify(basic)}\n`) },
  ];
}
