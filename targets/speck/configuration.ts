/**
 * Layers and their cores as the chip's configuration, in samna's attribute names. Weights and states are written [..][x][y], as
 * samna wants them (sinabs 904eb89, chips/dynapcnn.py: transpose(2, 3)).
 */
import { type CameraSettings, unusedCamera } from "./camera.ts";
import type { SpeckChip } from "./chip.ts";
import type { CoreLayer, Extents } from "./core-layer.ts";
import { format } from "./device/configuration.ts";

/** Nested lists of any depth. */
type Nested<Leaf> = Leaf | readonly Nested<Leaf>[];

/** values: [outer][rows][columns], row-major, given as lists of columns of rows: [..][x][y]. */
function transposed<Leaf>(
  outer: readonly number[],
  [rows, columns]: readonly [number, number],
  valueAt: (index: number) => Leaf,
): Nested<Leaf> {
  const build = (depth: number, first: number): Nested<Leaf> => {
    if (depth < outer.length)
      return Array.from({ length: outer[depth] }, (_, i) => build(depth + 1, first * outer[depth] + i));
    return Array.from({ length: columns }, (_, x) =>
      Array.from({ length: rows }, (_, y) => valueAt((first * rows + y) * columns + x)),
    );
  };
  return build(0, 0);
}

function shapeJson([features, height, width]: Extents) {
  return { feature_count: features, size: { x: width, y: height } };
}

const disabledDestination = { enable: false, feature_shift: 0, layer: 0, pooling: 1 };

function padded<Entry>(entries: readonly Entry[], count: number, filler: Entry): Entry[] {
  return [...entries, ...new Array<Entry>(Math.max(0, count - entries.length)).fill(filler)];
}

/** What only some chips of the family have. */
function decimatorJson(chip: SpeckChip) {
  if (chip.readout === null) return {};
  return {
    input_congestion_balancer_enable: false,
    leak_internal_slow_clk_enable: false,
    output_decimator_enable: false,
    output_decimator_interval: 0,
  };
}

function killBitsJson(chip: SpeckChip, { input, neurons, kernel }: CoreLayer) {
  if (!chip.killBits) return {};
  const [features, height, width] = neurons;
  const alive = () => false;
  return {
    biases_kill_bit: new Array<boolean>(features).fill(false),
    neurons_value_kill_bit: transposed([features], [height, width], alive),
    weights_kill_bit: transposed([features, input[0]], kernel, alive),
  };
}

/** coreOf: the core of each layer, or the readout. */
function coreJson(chip: SpeckChip, layer: CoreLayer, coreOf: (layer: number) => number) {
  const { input, neurons, kernel, stride, padding, weights, initial } = layer;
  const [features, height, width] = neurons;
  const biases = layer.biases === null ? new Array<number>(features).fill(0) : Array.from(layer.biases);
  const destinations = layer.destinations.map((destination) => ({
    enable: true,
    feature_shift: 0,
    layer: coreOf(destination.layer),
    pooling: destination.pooling,
  }));
  return {
    biases,
    destinations: padded(destinations, chip.limits.fanOut, disabledDestination),
    dimensions: {
      input_shape: shapeJson(input),
      output_shape: shapeJson(neurons),
      padding: { x: padding[1], y: padding[0] },
      stride: { x: stride[1], y: stride[0] },
      kernel_size: kernel[0],
    },
    leak_enable: biases.some((bias) => bias !== 0),
    monitor_enable: layer.monitored,
    neurons_initial_value: transposed([features], [height, width], (i) => initial?.[i] ?? 0),
    return_to_zero: layer.returnToZero,
    threshold_high: layer.thresholdHigh,
    threshold_low: layer.thresholdLow,
    weights: transposed([features, input[0]], kernel, (i) => weights[i]),
    ...decimatorJson(chip),
    ...killBitsJson(chip, layer),
  };
}

/** A core that no layer uses. */
const unusedLayer: CoreLayer = {
  name: "",
  input: [0, 0, 0],
  neurons: [0, 0, 0],
  kernel: [1, 1],
  stride: [1, 1],
  padding: [0, 0],
  weights: [],
  biases: null,
  thresholdHigh: 1,
  thresholdLow: -1,
  returnToZero: false,
  initial: null,
  destinations: [],
  monitored: false,
};

function cameraJson(camera: CameraSettings, destinations: readonly number[], fanOut: number) {
  return {
    ...camera,
    destinations: padded(
      destinations.map((layer) => ({ enable: true, layer })),
      fanOut,
      { enable: false, layer: 0 },
    ),
    monitor_enable: false,
    off_channel: true,
    on_channel: true,
    raw_monitor_enable: false,
  };
}

/** Everything of the readout but its switch is left as it is. */
function readoutJson(enable: boolean) {
  return {
    enable,
    internal_slow_clk: false,
    low_pass_filter32_not16: false,
    low_pass_filter_disable: true,
    monitor_enable: enable,
    output_mode_sel: 0,
    output_neuron_num: 0,
    override_threshold_max: false,
    readout_configuration_sel: 0,
    readout_pin_monitor_enable: false,
    threshold: 0,
  };
}

const disabledFilter = {
  enable: false,
  filter_size: { x: 1, y: 1 },
  hot_pixel_filter_enable: false,
  internal_slow_clk: false,
  low_pass_mode_enable: false,
  threshold: 0,
};

export interface Configured {
  readonly layers: readonly CoreLayer[];
  /** Core of each layer. */
  readonly cores: readonly number[];
  /** Indices of layers that the DVS layer feeds, and how it is set; null: it is not used. */
  readonly camera: { readonly settings: CameraSettings; readonly layers: readonly number[] } | null;
}

/** Destination index of the readout, among those of layers. */
export const toReadout = -1;

export function configurationOf(chip: SpeckChip, { layers, cores, camera }: Configured) {
  const coreOf = (layer: number) => (layer === toReadout ? chip.readout!.layer : cores[layer]);
  const usesReadout = layers.some(({ destinations }) =>
    destinations.some(({ layer }) => layer === toReadout),
  );
  return {
    format,
    device: chip.device,
    cnn_layers: Array.from({ length: chip.limits.cores }, (_, core) =>
      coreJson(chip, layers[cores.indexOf(core)] ?? unusedLayer, coreOf),
    ),
    dvs_layer: cameraJson(
      camera?.settings ?? unusedCamera,
      camera?.layers.map(coreOf) ?? [],
      chip.limits.fanOut,
    ),
    dvs_filter: disabledFilter,
    ...(chip.readout === null ? {} : { readout: readoutJson(usesReadout) }),
  };
}
