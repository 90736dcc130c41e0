/** Network to a board: the parts of its image, and whether they fit. Addresses: inputs first, then populations, in the Network's order. */
import { spikeRowBytes } from "../../src/link/loader/protocol.ts";
import { type Network, sizeOf } from "../../src/network/network.ts";
import { FitError } from "../../src/target/fit.ts";
import type { Placement, PlaceOptions } from "../../src/target/target.ts";
import type { BoardData } from "./chip.ts";
import { fitReasons, fitReport, spikeRoom } from "./fit.ts";
import { partsOf } from "./image/from-network.ts";
import type { ImageParts } from "./image/parts.ts";
import { withSelfTest } from "./image/self-test.ts";
import { checkLaw, fieldReasons } from "./law.ts";

export interface McuPlacement extends Placement {
  readonly parts: ImageParts;
  /** The network image with its golden spikes. */
  readonly bytes: Uint8Array;
  /** Address of the first neuron of each input and population. */
  readonly first: ReadonlyMap<string, number>;
}

function firstAddresses(network: Network): Map<string, number> {
  const first = new Map<string, number>();
  let next = 0;
  for (const { name, shape } of [...network.inputs, ...network.populations]) {
    first.set(name, next);
    next += sizeOf(shape);
  }
  return first;
}

/**
 * Indices of the populations whose spikes are reported. A readout of membranes has no spikes to compare: then it is all layers
 * whose spikes fit an answer, so that a run still proves something.
 */
function observedOf(
  network: Network,
  parts: ImageParts,
  { observe }: PlaceOptions,
  board: BoardData,
): number[] {
  const all = parts.populations.map((_, index) => index);
  if (observe === "all") return all;
  if (network.readout.read !== "membrane") return [parts.readout];
  return all.filter((index) => spikeRowBytes(parts.populations[index].neurons) <= spikeRoom(board));
}

/** Throws FitError with every reason, or SPK-0402 when the firmware does not compute the network's law. */
export function place(board: BoardData, network: Network, options: PlaceOptions = {}): McuPlacement {
  const populations = checkLaw(network, board.name);
  const tooLarge = fieldReasons(network);
  if (tooLarge.length > 0) throw new FitError(board.name, network.name, tooLarge);
  const parts = partsOf(network, populations);
  const bytes = withSelfTest(parts);
  const names = network.populations.map(({ name }) => name);
  const indices = observedOf(network, parts, options, board);
  const reasons = fitReasons(network, parts, bytes.length, indices, board);
  if (reasons.length > 0) throw new FitError(board.name, network.name, reasons);
  return {
    target: board.name,
    network,
    observed: indices.map((index) => names[index]),
    report: fitReport(parts, bytes.length, board),
    parts,
    bytes,
    first: firstAddresses(network),
  };
}
