/** Network to cores: laws and limits first, then which core each layer gets, and the way in and out. */
import type { Network } from "../../src/network/network.ts";
import { FitError } from "../../src/target/fit.ts";
import type { Placement, PlaceOptions } from "../../src/target/target.ts";
import type { SpeckChip } from "./chip.ts";
import type { CoreLayer } from "./core-layer.ts";
import { coverAll } from "./covering.ts";
import { coreFit } from "./fit.ts";
import { checkRules, simulatorOf, under } from "./law.ts";
import { limitReasons } from "./limits.ts";
import type { SimulatorName } from "./manifest.ts";
import { readOptions } from "./options.ts";
import { type Entry, partition } from "./partition.ts";
import { cameraReasons, type PlacedCamera, placeCamera } from "./place-camera.ts";
import { readoutReasons, widen } from "./readout.ts";
import { warningsOf } from "./warnings.ts";

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

/** Throws FitError with every reason, SPK-0402 when the network is outside the chip's rules, SPK-0002 for unknown options. */
export function place(chip: SpeckChip, given: Network, options: PlaceOptions = {}): SpeckPlacement {
  const chosen = readOptions(options);
  const moved = chosen.simulator === null ? given : under(chosen.simulator, given);
  const simulator = simulatorOf(moved);
  const network = coverAll(moved);
  const populations = checkRules(chip, network);
  const { layers: plain, entry, reasons: parts } = partition(chip, network, populations, options.observe);
  const camera = placeCamera(network, entry, chosen.camera);
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
