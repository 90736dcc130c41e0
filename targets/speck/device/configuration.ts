/**
 * The chip's configuration, read from JSON of samna's attribute names: what the cores, the DVS layer and the readout are set
 * to. Written down in the words of the chip; nothing here knows a compiler.
 */
import { SpikecError } from "../../../src/errors/error.ts";
import { at, boolean, integer, list, nested, type Place, type Point, point, refuse } from "./json.ts";

export const configurationName = "configuration.json";
export const format = "samna-attributes/1";

export interface Destination {
  /** Core, or the readout. */
  readonly layer: number;
  readonly pooling: number;
}

export interface Volume {
  readonly features: number;
  readonly height: number;
  readonly width: number;
}

export interface CoreConfiguration {
  readonly core: number;
  readonly input: Volume;
  /** Neurons, before pooling. */
  readonly output: Volume;
  readonly padding: Point;
  readonly stride: Point;
  readonly kernelSize: number;
  /** [feature][channel][x][y], as the file has them. */
  readonly weights: Int32Array;
  /** One a feature; all 0 where the leak is off. */
  readonly biases: Int32Array;
  /** [feature][x][y] */
  readonly initial: Int32Array;
  readonly thresholdHigh: number;
  readonly thresholdLow: number;
  readonly returnToZero: boolean;
  readonly monitored: boolean;
  readonly destinations: readonly Destination[];
}

export interface CameraConfiguration {
  readonly origin: Point;
  /** Last column and row that pass. */
  readonly cut: Point;
  readonly pooling: Point;
  readonly mirror: { readonly x: boolean; readonly y: boolean };
  readonly mirrorDiagonal: boolean;
  readonly merge: boolean;
  readonly destinations: readonly number[];
}

export interface ChipConfiguration {
  /** Those that are used, ascending. */
  readonly cores: readonly CoreConfiguration[];
  readonly camera: CameraConfiguration;
  readonly readoutEnabled: boolean;
}

/** Cores of any chip of the family, and the readout behind them. */
const coreCount = 9;
export const readoutLayer = 12;
const [lowest, highest] = [-(2 ** 15), 2 ** 15 - 1];

/** Neuron addresses have 18 bits; inputs are no larger. */
const mostPlaces = 2 ** 22;

function readVolume(place: Place): Volume {
  const { x: width, y: height } = point(at(place, "size"), 0, 128);
  const features = integer(at(place, "feature_count"), 0, 1024);
  if (features * height * width > mostPlaces) throw refuse(place, `a map of at most ${mostPlaces} places`);
  return { features, height, width };
}

const poolings = [1, 2, 4];

function readDestinations(place: Place): Destination[] {
  return list(place, 2).flatMap((entry) => {
    if (!boolean(at(entry, "enable"))) return [];
    const pooling = integer(at(entry, "pooling"), 1, 4);
    if (!poolings.includes(pooling)) throw refuse(at(entry, "pooling"), "1, 2 or 4");
    return [{ layer: integer(at(entry, "layer"), 0, readoutLayer), pooling }];
  });
}

function readCore(place: Place, core: number): CoreConfiguration {
  const dimensions = at(place, "dimensions");
  const input = readVolume(at(dimensions, "input_shape"));
  const output = readVolume(at(dimensions, "output_shape"));
  const kernelSize = integer(at(dimensions, "kernel_size"), 1, 16);
  const weightExtents = [output.features, input.features, kernelSize, kernelSize];
  const biases = nested(at(place, "biases"), [output.features], lowest, highest);
  const leaks = boolean(at(place, "leak_enable"));
  return {
    core,
    input,
    output,
    padding: point(at(dimensions, "padding"), 0, 7),
    stride: point(at(dimensions, "stride"), 1, 8),
    kernelSize,
    weights: nested(at(place, "weights"), weightExtents, -128, 127),
    biases: leaks ? biases : new Int32Array(output.features),
    initial: nested(
      at(place, "neurons_initial_value"),
      [output.features, output.width, output.height],
      lowest,
      highest,
    ),
    thresholdHigh: integer(at(place, "threshold_high"), 1, highest),
    thresholdLow: integer(at(place, "threshold_low"), lowest, 0),
    returnToZero: boolean(at(place, "return_to_zero")),
    monitored: boolean(at(place, "monitor_enable")),
    destinations: readDestinations(at(place, "destinations")),
  };
}

function readCamera(place: Place): CameraConfiguration {
  const mirror = at(place, "mirror");
  return {
    origin: point(at(place, "origin"), 0, 127),
    cut: point(at(place, "cut"), 0, 127),
    pooling: point(at(place, "pooling"), 1, 4),
    mirror: { x: boolean(at(mirror, "x")), y: boolean(at(mirror, "y")) },
    mirrorDiagonal: boolean(at(place, "mirror_diagonal")),
    merge: boolean(at(place, "merge")),
    destinations: list(at(place, "destinations"), 2).flatMap((entry) =>
      boolean(at(entry, "enable")) ? [integer(at(entry, "layer"), 0, coreCount - 1)] : [],
    ),
  };
}

/** A core without neurons is not used. */
const isUsed = (place: Place) => at(at(at(place, "dimensions"), "output_shape"), "feature_count").value !== 0;

function checkDestinations({ cores, camera }: ChipConfiguration): void {
  const used = new Set([...cores.map(({ core }) => core), readoutLayer]);
  const fail = (what: string) => new SpikecError("SPK-0404", what, { where: configurationName });
  for (const { core, destinations } of cores)
    for (const { layer } of destinations)
      if (!used.has(layer)) throw fail(`core ${core} sends to layer ${layer}, which is not configured`);
  for (const layer of camera.destinations)
    if (!used.has(layer)) throw fail(`the DVS layer sends to core ${layer}, which is not configured`);
}

/** Throws SPK-0404 with the path of the first wrong value. */
export function readConfiguration(json: unknown): ChipConfiguration {
  const root: Place = { value: json, path: "configuration" };
  if (at(root, "format").value !== format) throw refuse(at(root, "format"), `"${format}"`);
  const cores = list(at(root, "cnn_layers"), coreCount);
  const readout = at(root, "readout");
  const configuration: ChipConfiguration = {
    cores: cores.flatMap((place, core) => (isUsed(place) ? [readCore(place, core)] : [])),
    camera: readCamera(at(root, "dvs_layer")),
    readoutEnabled: readout.value !== undefined && boolean(at(readout, "enable")),
  };
  checkDestinations(configuration);
  return configuration;
}
