/** The virtual board with an ODIN on it. */
import type { VirtualBoard } from "../../src/link/virtual-board.ts";
import { createFamilyBoard } from "../odin-family/board.ts";
import { odinModel } from "./neuron.ts";

/** A board just powered up: memory and registers 0. */
export function createBoard(): VirtualBoard {
  return createFamilyBoard(odinModel);
}
