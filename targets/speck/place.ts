/** Network to cores: laws and limits first, then which core each layer gets, and the way in and out. */
import type { Network } from "../../src/network/network.ts";
import { FitError } from "../../src/target/fit.ts";
import type { FitReason, Placement, PlaceOptions } from "../../src/target/target.ts";
import { type Camera, type CameraSettings, cameraOutput, cameraSettings } from "./camera.ts";
import type { SpeckChip } from "./chip.ts";
import type { CoreLayer } from "./core-layer.ts";
import { coverAll } from "./covering.ts";
import { coreFit } from "./fit.ts";
import { extentsOf } from "./kernel.ts";
import { checkRules, simulatorOf, under } from "./law.ts";
import { limitReasons } from "./limits.ts";
import type { SimulatorName } from "./manifest.ts";
import { type CameraOptions, readOptions } from "./options.ts";
import { type Entry, partition } from "./partition.ts";
import { readoutReasons, widen } from "./readout.ts";
import { warningsOf } from "./warnings.ts";

/** The DVS layer in front of the cores. */
export interface PlacedCamera {
  readonly camera: Camera;
  readonly settings: CameraSettings;
  /** A pixel of the network's input is not the sensor's own, but what the DVS layer makes of one. */
  readonly maps: boolean;
}

export interface SpeckPlacement extends Placement {
  readonly simulator: SimulatorName;
  readonly layers: readonly CoreLayer[];
  /** Core of each layer. */
  readonly cores: readonly number[];
  readonly entry: Entry;
  /** null: input goes to the one core that takes it. */
  readonly camera: PlacedCamera | null;
  /** The last layer feeds the readout core. */
  readonly widened: boolean;
  /** What the readout core is called as a layer; null: there is none. */
  readonly readoutLayer: number | null;
}

/** The pool of an input, or a second entry, is the DVS layer's; settings of a camera are not needed for either. */
function cameraOf(network: Network, entry: Entry, options: CameraOptions | null): PlacedCamera | null {
  const [features, height, width] = extentsOf(network.inputs[0].shape);
  const mergePolarities = features === 1;
  if (options !== null) {
    const camera = { ...options, mergePolarities };
    return { camera, settings: cameraSettings(camera), maps: true };
  }
  if (entry.pooling === 1 && entry.layers.length <= 1) return null;
  const camera: Camera = {
    sensor: [height, width],
    pooling: [entry.pooling, entry.pooling],
    crop: null,
    mergePolarities,
    flipX: false,
    flipY: false,
    swapXY: false,
    pixels: false,
  };
  return { camera, settings: cameraSettings(camera), maps: false };
}

function cameraReasons(chip: SpeckChip, network: Network, entry: Entry, placed: PlacedCamera): FitReason[] {
  const [input] = network.inputs;
  const [features, height, width] = extentsOf(input.shape);
  const { camera, maps } = placed;
  const { fanOut, sensorExtent } = chip.limits;
  const reasons: FitReason[] = [];
  const add = (resource: string, need: number, limit: number, help: string) =>
    reasons.push({ layer: input.name, resource, need, limit, help });
  if (features > 2) {
    const help =
      "the input passes the DVS layer for its pool, its two entries or the camera: use one channel or two";
    add("channels of the DVS layer", features, 2, help);
  }
  const extent = Math.max(...camera.sensor);
  if (extent > sensorExtent)
    add("rows or columns of the sensor", extent, sensorExtent, "use a part of the sensor");
  for (const side of new Set(camera.pooling))
    if (!chip.pooling.includes(side))
      add(
        `pooling of the DVS layer (${chip.pooling.join(", ")})`,
        side,
        chip.pooling.at(-1)!,
        "pool by one of these",
      );
  if (entry.layers.length > fanOut)
    add("layers that the input feeds", entry.layers.length, fanOut, "feed the others from a layer");
  if (!maps) return reasons;
  if (entry.pooling !== 1)
    add(
      "pool in the network behind the camera",
      entry.pooling,
      1,
      "give the pool as camera-pool, and take it from the network",
    );
  const [, rows, columns] = cameraOutput(camera);
  const [givenHeight, givenWidth] = camera.swapXY ? [columns, rows] : [rows, columns];
  const help = `the camera gives ${givenHeight} x ${givenWidth}, the network takes ${height} x ${width}: change camera-sensor, camera-pool or camera-crop`;
  if (givenHeight !== height) add("rows that the camera gives", givenHeight, height, help);
  if (givenWidth !== width) add("columns that the camera gives", givenWidth, width, help);
  const region = camera.crop ?? [
    [0, 0],
    [0, 0],
  ];
  const pooled = camera.sensor.map((size, axis) => Math.floor(size / camera.pooling[axis]));
  region.forEach(([, end], axis) => {
    if (end > pooled[axis]) add("end of camera-crop, in pooled pixels", end, pooled[axis], "cut out less");
  });
  return reasons;
}

/** Throws FitError with every reason, SPK-0402 when the network is outside the chip's rules, SPK-0002 for unknown options. */
export function place(chip: SpeckChip, given: Network, options: PlaceOptions = {}): SpeckPlacement {
  const chosen = readOptions(options);
  const moved = chosen.simulator === null ? given : under(chosen.simulator, given);
  const simulator = simulatorOf(moved);
  const network = simulator === "event" ? coverAll(moved) : moved;
  const populations = checkRules(chip, network);
  const { layers: plain, entry, reasons: parts } = partition(chip, network, populations, options.observe);
  const camera = cameraOf(network, entry, chosen.camera);
  const isLast = ({ name }: CoreLayer) => name === network.readout.population;
  const last = chosen.readoutCore ? plain.find(isLast) : undefined;
  const reasons = [
    ...parts,
    ...plain.flatMap((layer) => limitReasons(chip, layer)),
    ...(camera === null ? [] : cameraReasons(chip, network, entry, camera)),
    ...(last === undefined ? [] : readoutReasons(chip, last)),
  ];
  const layers = plain.map((layer) => (layer === last && reasons.length === 0 ? widen(layer) : layer));
  const fit = coreFit(chip, layers);
  if (reasons.length > 0 || "reasons" in fit)
    throw new FitError(chip.name, network.name, [...reasons, ...("reasons" in fit ? fit.reasons : [])]);
  return {
    target: chip.name,
    network,
    observed: options.observe === "all" ? populations.map(({ name }) => name) : [network.readout.population],
    report: { uses: fit.uses, notes: warningsOf(layers, simulator) },
    simulator,
    layers,
    cores: fit.cores,
    entry,
    camera,
    widened: last !== undefined,
    readoutLayer: chip.readout?.layer ?? null,
  };
}
