/**
 * The stimulus of a text: values of every step for each Input, made of drives that are added up in float32. A constant, a
 * pulse, a regular train, chosen steps, or numbers one by one.
 */
import { type Shape, sizeOf, type Tensor } from "../../graph/graph.ts";
import { formatShape, sameShape } from "../../graph/shapes.ts";
import type { SpikingGraph } from "../../graph/spiking.ts";
import { suggestion } from "./nearest.ts";
import { below, malformed, type Place } from "./place.ts";
import type { DriveText, StimulusText } from "./schema/stimulus.ts";
import { type ReadTensors, tensorOf } from "./tensors.ts";

export interface Stimulus {
  readonly steps: number;
  /** By the name of the Input: [steps, ...shape]. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

/** Values of one sample, and values that drives add to it. */
const mostValues = 2 ** 24;
const mostWork = 2 ** 27;

/** @throws SpikecError SPK-0121, SPK-0201 where a drive does not fit its Input */
export function stimulusOf(
  { steps, drive }: StimulusText,
  graph: SpikingGraph,
  place: Place,
  read: ReadTensors,
): Stimulus {
  const inputs = graph.nodes.filter(({ type }) => type === "Input");
  const size = inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (steps * size > mostValues)
    throw malformed(below(place, "steps"), `${steps} steps of ${size} values are more than a sample has`);
  const values = new Map(inputs.map(({ name, shape }) => [name, new Float32Array(steps * sizeOf(shape))]));
  const names = [...values.keys()];
  if (steps * size * drive.length > mostWork)
    throw malformed(
      below(place, "drive"),
      `${drive.length} drives for ${steps} steps are more than a sample has`,
    );
  for (const [index, text] of drive.entries()) {
    const at = below(place, "drive", index);
    if (text.input === undefined && names.length !== 1)
      throw malformed(at, `the network has ${names.length} inputs: say which, input: ...`);
    const name = text.input ?? names[0];
    const input = inputs.find((node) => node.name === name);
    if (input === undefined)
      throw malformed(below(at, "input"), `${JSON.stringify(name)} is no Input${suggestion(name, names)}`);
    addDrive(values.get(name)!, text, input.shape, steps, at, read);
  }
  return { steps, values };
}

function addDrive(
  into: Float32Array,
  text: DriveText,
  shape: Shape,
  steps: number,
  place: Place,
  read: ReadTensors,
): void {
  const size = sizeOf(shape);
  const values = valuesOf(text, shape, place, read);
  const perStep = values.each ? Math.max(1, values.data.length / values.rows) : values.data.length;
  for (const step of stepsOf(text, steps, values.rows, place)) {
    const start = values.each ? (step - (text.from ?? 0)) * perStep : 0;
    for (let i = 0; i < size; i++) into[step * size + i] += values.data[start + (perStep === 1 ? 0 : i)];
  }
}

interface DriveValues {
  readonly data: Tensor["data"];
  /** Whether `data` holds values for each step. */
  readonly each: boolean;
  /** Steps that it holds values for; Infinity where one holds for all. */
  readonly rows: number;
}

function valuesOf(text: DriveText, shape: Shape, place: Place, read: ReadTensors): DriveValues {
  if (text.values === undefined) {
    const tensor = tensorOf(text.value ?? 1, below(place, "value"), read);
    if (tensor.shape.length === 0 || sameShape(tensor.shape, shape))
      return { data: tensor.data, each: false, rows: Number.POSITIVE_INFINITY };
    throw malformed(below(place, "value"), misfit(tensor.shape, formatShape(shape)), "SPK-0201");
  }
  for (const key of ["value", "at", "every"] as const)
    if (text[key] !== undefined) throw malformed(below(place, key), "values says each step; leave it out");
  const tensor = tensorOf(text.values, below(place, "values"), read);
  const [rows, ...rest] = tensor.shape;
  if (rows !== undefined && (rest.length === 0 || sameShape(rest, shape)))
    return { data: tensor.data, each: true, rows };
  const wanted = `[steps] or [steps, ${shape.join(", ")}]`;
  throw malformed(below(place, "values"), misfit(tensor.shape, wanted), "SPK-0201");
}

const misfit = (found: Shape, wanted: string): string =>
  `its shape is ${formatShape(found)}, and ${wanted} is needed`;

/** The steps in which a drive acts. */
function* stepsOf({ from = 0, to, every = 1, at }: DriveText, steps: number, rows: number, place: Place) {
  if (at !== undefined) {
    const late = at.find((step) => step >= steps);
    if (late !== undefined)
      throw malformed(below(place, "at"), `step ${late} is past the last, ${steps - 1}`);
    yield* at;
    return;
  }
  if (to !== undefined && to < from)
    throw malformed(below(place, "to"), `it ends before it begins, at ${from}`);
  const end = Math.min(to ?? steps, steps, from + rows);
  for (let step = from; step < end; step += every) yield step;
}
