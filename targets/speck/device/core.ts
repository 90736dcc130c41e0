/**
 * A core in its own words: membranes, weights, and which neurons an event covers. Membranes lie [row][column][feature] and weights
 * [channel][row][column][feature], so that the features under one tap of the kernel are neighbours.
 */
import type { CoreConfiguration } from "./configuration.ts";

/** The neurons at one place of the map, and the weights that lead there. */
export interface Tap {
  readonly row: number;
  readonly column: number;
  /** Of the place's first feature, in membranes. */
  readonly neuron: number;
  /** Of the first feature's weight. */
  readonly weight: number;
}

export interface Core {
  readonly configuration: CoreConfiguration;
  readonly features: number;
  /** [row][column][feature] */
  readonly membranes: Int32Array;
  /** [channel][row][column][feature] */
  readonly weights: Int32Array;
  reset(): void;
  /** Places of the map that an event at this place of the input covers: rows ascending, in them columns. */
  covered(channel: number, row: number, column: number): readonly Tap[];
}

/** [feature][channel][x][y] of the file to [channel][y][x][feature]. */
function arrangeWeights({ weights, input, output, kernelSize }: CoreConfiguration): Int32Array {
  const arranged = new Int32Array(weights.length);
  let from = 0;
  for (let feature = 0; feature < output.features; feature++)
    for (let channel = 0; channel < input.features; channel++)
      for (let x = 0; x < kernelSize; x++)
        for (let y = 0; y < kernelSize; y++)
          arranged[((channel * kernelSize + y) * kernelSize + x) * output.features + feature] =
            weights[from++];
  return arranged;
}

/** [feature][x][y] of the file to [y][x][feature]. */
function arrangeInitial({ initial, output }: CoreConfiguration): Int32Array {
  const { features, height, width } = output;
  const arranged = new Int32Array(initial.length);
  let from = 0;
  for (let feature = 0; feature < features; feature++)
    for (let x = 0; x < width; x++)
      for (let y = 0; y < height; y++) arranged[(y * width + x) * features + feature] = initial[from++];
  return arranged;
}

/** Along one axis: outputs whose window holds the input, with the tap of the kernel that lies on it. */
function windowsOver(
  input: number,
  kernel: number,
  stride: number,
  padding: number,
  extent: number,
): readonly (readonly [output: number, tap: number])[] {
  const found: [number, number][] = [];
  const first = Math.max(0, Math.ceil((input + padding - kernel + 1) / stride));
  const last = Math.min(extent - 1, Math.floor((input + padding) / stride));
  for (let output = first; output <= last; output++) found.push([output, input + padding - output * stride]);
  return found;
}

export function createCore(configuration: CoreConfiguration): Core {
  const { input, output, kernelSize, stride, padding } = configuration;
  const { features, width } = output;
  const initial = arrangeInitial(configuration);
  const membranes = initial.slice();
  const rows = Array.from({ length: input.height }, (_, row) =>
    windowsOver(row, kernelSize, stride.y, padding.y, output.height),
  );
  const columns = Array.from({ length: input.width }, (_, column) =>
    windowsOver(column, kernelSize, stride.x, padding.x, output.width),
  );
  const known = new Map<number, readonly Tap[]>();

  function covered(channel: number, row: number, column: number): readonly Tap[] {
    const key = (channel * input.height + row) * input.width + column;
    const cached = known.get(key);
    if (cached !== undefined) return cached;
    const taps = rows[row].flatMap(([y, tapY]) =>
      columns[column].map(([x, tapX]) => ({
        row: y,
        column: x,
        neuron: (y * width + x) * features,
        weight: ((channel * kernelSize + tapY) * kernelSize + tapX) * features,
      })),
    );
    known.set(key, taps);
    return taps;
  }

  return {
    configuration,
    features,
    membranes,
    weights: arrangeWeights(configuration),
    reset: () => membranes.set(initial),
    covered,
  };
}
