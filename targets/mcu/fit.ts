/** Does the Network fit the board: flash, memory and frames, with every reason why not, or what it uses layer by layer. */

import { frameOverhead } from "../../src/link/loader/frame.ts";
import { spikeRowBytes } from "../../src/link/loader/protocol.ts";
import type { Network } from "../../src/network/network.ts";
import type { FitReason, FitReport, FitUse } from "../../src/target/target.ts";
import { slotCapacity } from "./board/slots.ts";
import type { BoardData } from "./chip.ts";
import { statusBytes } from "./device.ts";
import type { ImageParts } from "./image/parts.ts";
import { arenaOf, inputState, parameterFlash, populationState, projectionFlash } from "./image/size.ts";
import { wordReasons } from "./law.ts";

/** Bytes of spikes that an answer to STEP takes. */
export function spikeRoom(board: Pick<BoardData, "maxFrame">): number {
  return board.maxFrame - frameOverhead - statusBytes;
}

function totalReason(resource: string, need: number, limit: number, help: string): FitReason[] {
  return need > limit ? [{ layer: "network", resource, need, limit, help }] : [];
}

export function fitReasons(
  network: Network,
  parts: ImageParts,
  imageBytes: number,
  observed: readonly number[],
  board: BoardData,
): FitReason[] {
  const capacity = slotCapacity({ slots: 2, ...board.flash });
  const room = spikeRoom(board);
  return [
    ...wordReasons(network, parts),
    ...totalReason("flash bytes", imageBytes, capacity, "use smaller layers, or fewer bits a weight"),
    ...totalReason("RAM bytes", arenaOf(parts), board.arena, "use smaller layers or shorter delays"),
    ...observed
      .filter((population) => spikeRowBytes(parts.populations[population].neurons) > room)
      .map((population) => ({
        layer: network.populations[population].name,
        resource: "bytes of spikes a step",
        need: spikeRowBytes(parts.populations[population].neurons),
        limit: room,
        help: "observe the readout alone, or use smaller layers",
      })),
  ];
}

/** Flash and RAM of one layer. The numbers are exact: the image's tables, and the state that the firmware keeps for them. */
export interface LayerSize {
  readonly layer: string;
  readonly flash: number;
  readonly ram: number;
}

export function layerSizes(network: Network, parts: ImageParts): LayerSize[] {
  const inputs = network.inputs.map(({ name }, i) => ({
    layer: name,
    flash: 0,
    ram: inputState(parts.inputs[i]),
  }));
  const populations = network.populations.map(({ name }, index) => {
    const part = parts.populations[index];
    const incoming = parts.projections.filter(({ target }) => target === index);
    const weights = incoming.reduce((sum, projection) => sum + projectionFlash(projection), 0);
    return { layer: name, flash: weights + parameterFlash(part), ram: populationState(part) };
  });
  return [...inputs, ...populations];
}

export function fitReport(parts: ImageParts, imageBytes: number, board: BoardData): FitReport {
  const uses: FitUse[] = [
    { resource: "flash bytes", used: imageBytes, limit: slotCapacity({ slots: 2, ...board.flash }) },
    { resource: "RAM bytes", used: arenaOf(parts), limit: board.arena },
  ];
  return { uses, notes: [] };
}
