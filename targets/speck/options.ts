/** What may be chosen of a placement beyond what every chip offers: simulator, readout, and the camera in front. */
import { SpikecError } from "../../src/errors/error.ts";
import type { Pair } from "../../src/network/network.ts";
import type { ChipOption, PlaceOptions } from "../../src/target/target.ts";
import { type SimulatorName, simulatorNames } from "./manifest.ts";

export const speckOptions: readonly ChipOption[] = [
  {
    name: "simulator",
    values: "timestep, event",
    what: "whose arithmetic the emulated chip computes with: sinabs' time steps, or one comparison an event",
  },
  {
    name: "readout",
    values: "monitor, core",
    what: "where classes are read: at the last layer's monitor, or at the readout core, for which the layer is widened",
  },
  {
    name: "camera",
    values: "off, on, input",
    what: "where the input comes from: the host, the chip's own pixels, or the host by way of the DVS layer",
  },
  { name: "camera-sensor", values: "HEIGHTxWIDTH", what: "the part of the sensor that is used (128x128)" },
  { name: "camera-pool", values: "1, 2, 4 or HEIGHTxWIDTH", what: "pixels whose events are added up" },
  {
    name: "camera-crop",
    values: "TOP:BOTTOM,LEFT:RIGHT",
    what: "what is cut out, in pooled pixels, ends excluded",
  },
  { name: "camera-mirror", values: "x, y, diagonal, or several with +", what: "how the picture is turned" },
];

export interface CameraOptions {
  readonly pixels: boolean;
  readonly sensor: Pair;
  readonly pooling: Pair;
  readonly crop: readonly [Pair, Pair] | null;
  readonly flipX: boolean;
  readonly flipY: boolean;
  readonly swapXY: boolean;
}

export interface SpeckOptions {
  /** null: what the network's law says. */
  readonly simulator: SimulatorName | null;
  readonly readoutCore: boolean;
  readonly camera: CameraOptions | null;
}

function refuse(name: string, value: string): never {
  const option = speckOptions.find((candidate) => candidate.name === name);
  const advice =
    option === undefined
      ? `Options: ${speckOptions.map((known) => known.name).join(", ")}.`
      : `${option.what}: ${option.values}.`;
  throw new SpikecError("SPK-0002", `chip option ${name} cannot be "${value}"`, { where: name, advice });
}

function choice<Name extends string>(
  name: string,
  value: string | undefined,
  among: readonly Name[],
): Name | null {
  if (value === undefined) return null;
  return among.find((candidate) => candidate === value) ?? refuse(name, value);
}

function numbersIn(name: string, value: string, pattern: RegExp): number[] {
  const match = pattern.exec(value) ?? refuse(name, value);
  return match.slice(1).map(Number);
}

function pairOf(name: string, value: string | undefined, usual: Pair): Pair {
  if (value === undefined) return usual;
  if (/^\d{1,3}$/.test(value)) return [Number(value), Number(value)];
  const [height, width] = numbersIn(name, value, /^(\d{1,3})x(\d{1,3})$/);
  return [height, width];
}

function cropOf(value: string | undefined): readonly [Pair, Pair] | null {
  if (value === undefined) return null;
  const [top, bottom, left, right] = numbersIn(
    "camera-crop",
    value,
    /^(\d{1,3}):(\d{1,3}),(\d{1,3}):(\d{1,3})$/,
  );
  if (top >= bottom || left >= right) refuse("camera-crop", value);
  return [
    [top, bottom],
    [left, right],
  ];
}

const turns = ["x", "y", "diagonal"];

function cameraOf(chosen: Readonly<Record<string, string | undefined>>): CameraOptions | null {
  const camera = choice("camera", chosen.camera, ["off", "on", "input"]) ?? "off";
  const given = Object.keys(chosen).find((name) => name.startsWith("camera-"));
  if (camera === "off")
    return given === undefined ? null : refuse(given, `${chosen[given]}" without a "camera`);
  const mirror = chosen["camera-mirror"]?.split("+") ?? [];
  const unknown = mirror.find((turn) => !turns.includes(turn));
  if (unknown !== undefined) refuse("camera-mirror", unknown);
  return {
    pixels: camera === "on",
    sensor: pairOf("camera-sensor", chosen["camera-sensor"], [128, 128]),
    pooling: pairOf("camera-pool", chosen["camera-pool"], [1, 1]),
    crop: cropOf(chosen["camera-crop"]),
    flipX: mirror.includes("x"),
    flipY: mirror.includes("y"),
    swapXY: mirror.includes("diagonal"),
  };
}

/** Throws SPK-0002 for names and values that are not the chip's. */
export function readOptions({ chip: chosen = {} }: PlaceOptions): SpeckOptions {
  for (const [name, value] of Object.entries(chosen))
    if (!speckOptions.some((option) => option.name === name)) refuse(name, value);
  return {
    simulator: choice("simulator", chosen.simulator, simulatorNames),
    readoutCore: choice("readout", chosen.readout, ["monitor", "core"]) === "core",
    camera: cameraOf(chosen),
  };
}
