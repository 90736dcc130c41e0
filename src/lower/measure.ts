/** Pass: what every activation of the float network is on the calibration inputs. */
import { evaluate } from "../graph/evaluate.ts";
import { type FloatArray, type Graph, type Shape, sizeOf } from "../graph/graph.ts";
import type { ActivationValues } from "./check-fold.ts";
import { valuesAt } from "./every-nth.ts";
import type { Activation, Folded, InWindow, MaxPoolActivation } from "./folded.ts";
import type { CalibrationInputs } from "./options.ts";
import { poolWindows } from "./pool-windows.ts";

/** The part of a Graph node's values that belongs to an activation: joined values are split. */
function partOf({ start }: Activation, shape: Shape, values: FloatArray, samples: number): FloatArray {
  const size = sizeOf(shape);
  const perSample = values.length / samples;
  if (perSample === size) return values;
  const part = new Float32Array(samples * size);
  for (let sample = 0; sample < samples; sample++) {
    const from = sample * perSample + start;
    part.set(values.subarray(from, from + size), sample * size);
  }
  return part;
}

/** Maxima over the bare source: factors and shifts that the Graph applies before its pool are folded into what follows. */
function pooled({ drives: [drive], shape }: MaxPoolActivation, source: FloatArray): FloatArray {
  const windows = poolWindows(drive.sourceShape, drive.pools[0]);
  const mapSize = sizeOf(drive.sourceShape) / shape[0];
  const maps = source.length / mapSize;
  const result = new Float32Array(maps * windows.length);
  for (let map = 0; map < maps; map++)
    windows.forEach((window, w) => {
      let largest = Number.NEGATIVE_INFINITY;
      for (const place of window) largest = Math.max(largest, source[map * mapSize + place]);
      result[map * windows.length + w] = largest;
    });
  return result;
}

/** What a neuron of a window adds to the largest value before it. */
function added({ positions, earlier }: InWindow, map: FloatArray, measured: ReadonlyMap<string, FloatArray>) {
  const own = valuesAt(map, positions);
  return own.map((value, i) => {
    const before = earlier.reduce((sum, name) => sum + measured.get(name)![i], 0);
    return Math.max(0, value - before);
  });
}

function valuesOf(
  activation: Activation,
  evaluated: ReadonlyMap<string, FloatArray>,
  measured: ReadonlyMap<string, FloatArray>,
  samples: number,
): FloatArray {
  if (activation.kind === "maxPool") return pooled(activation, measured.get(activation.drives[0].source)!);
  const values = evaluated.get(activation.node)!;
  if (activation.kind === "output" || activation.inWindow === undefined)
    return partOf(activation, activation.shape, values, samples);
  const { map } = activation.inWindow.positions;
  return added(activation.inWindow, partOf(activation, map, values, samples), measured);
}

/** Values of the input and of every activation by name, [samples, ...shape]. graph: the one that was folded. */
export function measure(
  graph: Graph,
  folded: Folded,
  { values, samples }: CalibrationInputs,
): ActivationValues {
  const keep = new Set(folded.activations.map(({ node }) => node));
  const evaluated = evaluate(graph, values, samples, { keep });
  const measured = new Map<string, FloatArray>([[folded.inputName, values]]);
  for (const activation of folded.activations)
    measured.set(activation.name, valuesOf(activation, evaluated, measured, samples));
  return measured;
}
