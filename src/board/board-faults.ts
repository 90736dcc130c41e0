/** Faults of the board itself: its power goes, its flash wears out. */
import { SpikecError } from "../errors/error.ts";
import type { VirtualBoard } from "../link/virtual-board.ts";
import type { BoardFault, Fault } from "./faults.ts";

function isBoardFault(fault: Fault): fault is BoardFault {
  return fault.kind === "power" || fault.kind === "powerInFlash" || fault.kind === "wornFlash";
}

/** Each fault strikes once. Throws SPK-0511 for boards without flash. */
export function withMishaps(board: VirtualBoard, faults: readonly Fault[]): VirtualBoard {
  const own = faults.filter(isBoardFault);
  if (own.length === 0) return board;
  const { mishaps } = board;
  if (mishaps === undefined)
    throw new SpikecError("SPK-0511", "this board has no flash and no state of its own to lose", {
      advice: "power, power-flash and worn-flash are for the boards with the loader protocol.",
    });
  for (const { kind, byte } of own) {
    if (kind === "powerInFlash") mishaps.cutPowerInFlash(byte);
    if (kind === "wornFlash") mishaps.wearOutFlash(byte);
  }
  const cuts = own.filter(({ kind }) => kind === "power").map(({ byte }) => byte);
  let position = 0;
  return {
    ...board,
    /** What stands behind the cut in the same portion is lost: the board is starting. */
    receive(bytes) {
      const start = position;
      position += bytes.length;
      const cut = cuts.findIndex((at) => at >= start && at < position);
      if (cut < 0) return board.receive(bytes);
      const [at] = cuts.splice(cut, 1);
      board.receive(bytes.subarray(0, at - start));
      mishaps.cutPower();
      return new Uint8Array(0);
    },
  };
}
