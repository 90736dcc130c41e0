/** What changed between two networks, in words and numbers: parts that came and went, and within the others every value. */
import {
  type Connection,
  type Input,
  isIntegrateAndFire,
  type Law,
  type Network,
  type Note,
  type Population,
  type Projection,
} from "../network/network.ts";

export interface Difference {
  /** Part of the network: "network", "provenance", or the name of an input, population or projection. */
  readonly where: string;
  readonly what: string;
  /** "" where it was not, or is no more. */
  readonly before: string;
  readonly after: string;
}

type Numbers = ArrayLike<number>;
type Report = (what: string, before: string, after: string) => void;

function reporter(where: string, found: Difference[]): Report {
  return (what, before, after) => {
    if (before !== after) found.push({ where, what, before, after });
  };
}

/** Smallest and largest, or the one value. */
function spanText(values: Numbers): string {
  if (values.length === 0) return "none";
  let [low, high] = [values[0], values[0]];
  for (let i = 1; i < values.length; i++) {
    low = Math.min(low, values[i]);
    high = Math.max(high, values[i]);
  }
  const many = values.length === 1 ? "" : ` (${values.length} values)`;
  return low === high ? `${low}${many}` : `${low} .. ${high}${many}`;
}

/** How many values changed, and by how much at most; arrays of other lengths are told by their spans alone. */
function compareNumbers(what: string, before: Numbers, after: Numbers, report: Report): void {
  if (before.length !== after.length) {
    report(what, spanText(before), spanText(after));
    return;
  }
  let [changed, most, at] = [0, 0, 0];
  for (let i = 0; i < before.length; i++) {
    const by = Math.abs(after[i] - before[i]);
    if (by === 0) continue;
    changed++;
    if (by > most) [most, at] = [by, i];
  }
  if (changed === 0) return;
  const how = `${changed} of ${before.length} changed, number ${at} most: ${before[at]} to ${after[at]}`;
  report(what, spanText(before), before.length === 1 ? spanText(after) : `${spanText(after)}; ${how}`);
}

const plainText = (value: unknown): string =>
  JSON.stringify(value, (_key, inner) => (ArrayBuffer.isView(inner) ? Array.from(inner as never) : inner)) ??
  "none";

/** Every field of two records of the same kind: numbers by their values, the rest as text. */
function compareRecords(before: object, after: object, report: Report, prefix = ""): void {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  for (const name of names) {
    const [from, to] = [(before as Record<string, unknown>)[name], (after as Record<string, unknown>)[name]];
    const what = prefix + name;
    if (ArrayBuffer.isView(from) && ArrayBuffer.isView(to))
      compareNumbers(what, from as unknown as Numbers, to as unknown as Numbers, report);
    else if (isRecord(from) && isRecord(to)) compareRecords(from, to, report, `${what}.`);
    else report(what, textOf(from), textOf(to));
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "none";
  return typeof value === "object" ? plainText(value) : String(value);
}

const lawOf = (population: Population): Law | null =>
  isIntegrateAndFire(population) ? population.law : null;

function comparePopulation(before: Population, after: Population, report: Report): void {
  const { law: _before, ...plainBefore } = { law: null, ...before };
  const { law: _after, ...plainAfter } = { law: null, ...after };
  compareRecords(plainBefore, plainAfter, report);
  const [from, to] = [lawOf(before), lawOf(after)];
  if (from !== null && to !== null) compareRecords(from, to, report);
}

function compareProjection(before: Projection, after: Projection, report: Report): void {
  const { connection: from, ...plainBefore } = before;
  const { connection: to, ...plainAfter } = after;
  compareRecords(plainBefore, plainAfter, report);
  compareRecords(from, to, report);
}

const synapses = ({ kind, weights }: Connection) => `${kind}, ${weights.length} weights`;

/** Parts by name: gone, new, or compared. Two of one name cannot be (checkNetwork). */
function compareParts<Part extends { readonly name: string }>(
  kind: string,
  before: readonly Part[],
  after: readonly Part[],
  describe: (part: Part) => string,
  compare: (before: Part, after: Part, report: Report) => void,
  found: Difference[],
): void {
  const later = new Map(after.map((part) => [part.name, part]));
  for (const part of before) {
    const report = reporter(part.name, found);
    const other = later.get(part.name);
    if (other === undefined) report(kind, describe(part), "");
    else compare(part, other, report);
  }
  const earlier = new Set(before.map(({ name }) => name));
  for (const part of after) if (!earlier.has(part.name)) reporter(part.name, found)(kind, "", describe(part));
}

/** Options that only one of them was converted with, or with other values; hashes and versions. */
function compareProvenance(before: Network, after: Network, found: Difference[]): void {
  const { options: from, ...plainBefore } = before.provenance;
  const { options: to, ...plainAfter } = after.provenance;
  const report = reporter("provenance", found);
  compareRecords(plainBefore, plainAfter, report);
  compareRecords(Object.fromEntries(from), Object.fromEntries(to), report, "option ");
}

const noteText = ({ where, text }: Note) => `${where}: ${text}`;

function compareNotes(before: readonly Note[], after: readonly Note[], found: Difference[]): void {
  const [from, to] = [before.map(noteText), after.map(noteText)];
  const report = reporter("notes", found);
  for (const text of from) if (!to.includes(text)) report("note", text, "");
  for (const text of to) if (!from.includes(text)) report("note", "", text);
}

/** Everything that differs, in the order of the road; empty for networks that are the same. */
export function differencesOf(before: Network, after: Network): Difference[] {
  const found: Difference[] = [];
  const report = reporter("network", found);
  report("name", before.name, after.name);
  report("timesteps", String(before.timesteps), String(after.timesteps));
  compareRecords(before.readout, after.readout, report, "readout.");
  compareProvenance(before, after, found);
  const shapeText = ({ shape }: Input | Population) => shape.join("x");
  compareParts("input", before.inputs, after.inputs, shapeText, compareRecords, found);
  compareParts("population", before.populations, after.populations, shapeText, comparePopulation, found);
  compareParts(
    "projection",
    before.projections,
    after.projections,
    ({ connection }) => synapses(connection),
    compareProjection,
    found,
  );
  compareNotes(before.notes, after.notes, found);
  return found;
}
