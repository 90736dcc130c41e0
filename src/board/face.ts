/** What every face of a virtual board does the same way: a wire comes in, the board is put behind it. */
import type { Link } from "../link/link.ts";
import { serve } from "../link/serve.ts";
import type { VirtualBoard } from "../link/virtual-board.ts";
import type { Fault } from "./faults.ts";
import { paced } from "./pacing.ts";
import { withFaults } from "./wire-faults.ts";

export interface FaceOptions {
  readonly faults?: readonly Fault[];
  /** Paces the wire at this baud rate; without it the wire is as fast as the machine. */
  readonly baudRate?: number;
  /** Called when a fault "disconnect" struck: the plug was pulled. */
  readonly onUnplugged?: () => void;
}

/** Resolves when the host is gone. Faults of the wire count from the beginning of each connection. */
export function serveFace(board: VirtualBoard, link: Link, options: FaceOptions): Promise<void> {
  const { faults = [], baudRate, onUnplugged } = options;
  const wire = baudRate === undefined ? link : paced(link, baudRate);
  return serve(board, withFaults(wire, faults, onUnplugged));
}
