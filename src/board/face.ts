/** What every face of a virtual board does the same way: a wire comes in, the board is put behind it. */
import type { Link } from "../link/link.ts";
import { serve } from "../link/serve.ts";
import type { VirtualBoard } from "../link/virtual-board.ts";
import { type Fault, withFaults } from "./faults.ts";
import { paced } from "./pacing.ts";

export interface FaceOptions {
  readonly faults?: readonly Fault[];
  /** Paces the wire at this baud rate; without it the wire is as fast as the machine. */
  readonly baudRate?: number;
}

/** Resolves when the host is gone. */
export function serveFace(board: VirtualBoard, link: Link, options: FaceOptions): Promise<void> {
  const wire = options.baudRate === undefined ? link : paced(link, options.baudRate);
  return serve(board, withFaults(wire, options.faults ?? []));
}
