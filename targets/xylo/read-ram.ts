/**
 * The dump of a core's memories (write-ram.ts has its layout) back to a configuration: what the emulated chip loads. Files may come
 * from anywhere, so every word and every count is checked.
 */
import { SpikecError } from "../../src/errors/error.ts";
import type { HiddenNeuron, XyloConfiguration, XyloSynapse } from "./configuration.ts";

/** Beyond these no Xylo goes. */
const most = { inputs: 16, hidden: 1000, outputs: 32, words: 2 ** 20 };

export type Files = ReadonlyMap<string, string>;

function refuse(file: string, what: string): never {
  throw new SpikecError("SPK-0404", what, { where: file });
}

/** Words of a memory: `digits` hexadecimal digits each, of two's complement where signed. */
function wordsOf(files: Files, memory: string, digits: number, signed: boolean): number[] {
  const file = `${memory}.ini`;
  const text = files.get(file);
  if (text === undefined) refuse(file, "the file is missing");
  const words: number[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const word = line.trim();
    if (word === "" || word.startsWith("//")) continue;
    if (!/^[0-9a-f]+$/i.test(word) || word.length < digits || word.length > 4)
      refuse(file, `line ${index + 1} is no word of ${digits} digits: ${word.slice(0, 20)}`);
    const value = Number.parseInt(word, 16);
    words.push(signed && value >= 16 ** digits / 2 ? value - 16 ** digits : value);
    if (words.length > most.words) refuse(file, `more than ${most.words} words`);
  }
  return words;
}

function lengthOf(words: number[], length: number, memory: string): number[] {
  if (words.length !== length) refuse(`${memory}.ini`, `${words.length} words instead of ${length}`);
  return words;
}

interface Basic {
  readonly IN: number;
  readonly RSN: number;
  readonly ON: number;
  readonly IWBS: number;
  readonly RWBS: number;
  readonly OWBS: number;
  readonly DT: number;
  readonly N_SYNS: number;
  readonly BIAS: boolean;
}

function readBasic(files: Files): Basic {
  const file = "basic_config.json";
  let basic: Basic | null = null;
  try {
    basic = JSON.parse(files.get(file) ?? "");
  } catch (cause) {
    throw new SpikecError("SPK-0404", "the file is missing or no JSON", { where: file, cause });
  }
  const check = (name: keyof Basic, low: number, high: number) => {
    const value = basic?.[name];
    if (!(Number.isInteger(value) && (value as number) >= low && (value as number) <= high))
      refuse(file, `${name} is not an integer in ${low}..${high}`);
  };
  check("IN", 1, most.inputs);
  check("RSN", 1, most.hidden);
  check("ON", 1, most.outputs);
  for (const shift of ["IWBS", "RWBS", "OWBS"] as const) check(shift, 0, 15);
  check("N_SYNS", 1, 2);
  if (!(typeof basic!.DT === "number" && basic!.DT > 0)) refuse(file, "DT is no time");
  if (typeof basic!.BIAS !== "boolean") refuse(file, "BIAS is not true or false");
  return basic!;
}

/** [rows][columns] of words, as synapses onto the state. */
function denseRows(words: number[], rows: number, columns: number, state: 0 | 1): XyloSynapse[][] {
  return Array.from({ length: rows }, (_, row) =>
    words
      .slice(row * columns, (row + 1) * columns)
      .flatMap((weight, target) => (weight === 0 ? [] : [{ target, state, weight }])),
  );
}

function inputRows(files: Files, { IN, RSN }: Basic): XyloSynapse[][] {
  const first = wordsOf(files, "iwtram", 2, true);
  const columns = first.length / IN;
  if (!Number.isInteger(columns) || columns > RSN)
    refuse("iwtram.ini", `${first.length} words for ${IN} inputs and ${RSN} hidden neurons`);
  const second = lengthOf(wordsOf(files, "iwt2ram", 2, true), first.length, "iwt2ram");
  const onto = denseRows(second, IN, columns, 1);
  return denseRows(first, IN, columns, 0).map((row, input) => [...row, ...onto[input]]);
}

function hiddenRows(files: Files, { RSN }: Basic): XyloSynapse[][] {
  const counts = lengthOf(wordsOf(files, "refocram", 2, false), RSN, "refocram");
  const total = counts.reduce((sum, count) => sum + count, 0);
  const targets = lengthOf(wordsOf(files, "rforam", 3, false), total, "rforam");
  const first = lengthOf(wordsOf(files, "rwtram", 2, true), total, "rwtram");
  const second = lengthOf(wordsOf(files, "rwt2ram", 2, true), total, "rwt2ram");
  const stray = targets.findIndex((target) => target >= RSN);
  if (stray >= 0) refuse("rforam.ini", `word ${stray} is neuron ${targets[stray]} of ${RSN}`);
  let at = 0;
  return counts.map((count) => {
    const row: XyloSynapse[] = [];
    for (const end = at + count; at < end; at++) {
      if (first[at] !== 0) row.push({ target: targets[at], state: 0, weight: first[at] });
      if (second[at] !== 0) row.push({ target: targets[at], state: 1, weight: second[at] });
    }
    return row;
  });
}

function outputRows(files: Files, { RSN, ON }: Basic): XyloSynapse[][] {
  const words = wordsOf(files, "owtram", 2, true);
  const rows = words.length / ON;
  if (!Number.isInteger(rows) || rows > RSN)
    refuse("owtram.ini", `${words.length} words for ${RSN} hidden neurons and ${ON} outputs`);
  const silent = Array.from({ length: RSN - rows }, (): XyloSynapse[] => []);
  return [...silent, ...denseRows(words, rows, ON, 0)];
}

/** Throws SPK-0404 with file and place for a dump that is damaged. */
export function readRam(files: Files): XyloConfiguration {
  const basic = readBasic(files);
  const { RSN, ON } = basic;
  const neurons = (memory: string, digits: number, signed: boolean) =>
    lengthOf(wordsOf(files, memory, digits, signed), RSN + ON, memory);
  const hidden = (memory: string, digits: number) =>
    lengthOf(wordsOf(files, memory, digits, false), RSN, memory);
  const [membraneDash, synapseDash] = [neurons("ndmram", 1, false), neurons("ndsram", 1, false)];
  const [threshold, bias] = [neurons("nthram", 4, true), neurons("nbram", 2, true)];
  const [secondDash, aliases, configured] = [hidden("rds2ram", 1), hidden("raram", 3), hidden("rcram", 1)];
  const hiddenNeuron = (id: number): HiddenNeuron => {
    const hasAlias = (configured[id] & 2) !== 0;
    if (hasAlias && aliases[id] >= RSN) refuse("raram.ini", `word ${id} is neuron ${aliases[id]} of ${RSN}`);
    return {
      synapseDashes: [synapseDash[id], secondDash[id]],
      membraneDash: membraneDash[id],
      threshold: threshold[id],
      bias: bias[id],
      alias: hasAlias ? aliases[id] : null,
    };
  };
  return {
    hidden: Array.from({ length: RSN }, (_, id) => hiddenNeuron(id)),
    outputs: Array.from({ length: ON }, (_, id) => ({
      synapseDash: synapseDash[RSN + id],
      membraneDash: membraneDash[RSN + id],
      threshold: threshold[RSN + id],
      bias: bias[RSN + id],
    })),
    shifts: { input: basic.IWBS, hidden: basic.RWBS, output: basic.OWBS },
    hasBias: basic.BIAS,
    synapticStates: basic.N_SYNS as 1 | 2,
    dt: basic.DT,
    inputSynapses: inputRows(files, basic),
    hiddenSynapses: hiddenRows(files, basic),
    outputSynapses: outputRows(files, basic),
  };
}
