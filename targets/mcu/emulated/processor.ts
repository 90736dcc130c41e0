/** A virtual board around an emulated processor: power, restarts, and the faults that befall a board with flash. */
import type { Mishaps, VirtualBoard } from "../../../src/link/virtual-board.ts";
import { type FlashMemory, PowerLoss } from "../board/flash-memory.ts";

/** A processor between power-up and power-down. */
export interface Processor {
  /** Runs until it waits for bytes, or was given all of these and waits. Throws PowerLoss. Returns what it sent. */
  exchange(bytes: Uint8Array): readonly number[];
  /** Its RAM, from the first byte on; 0 at power-up where nothing was written. */
  readonly memory: Uint8Array;
}

export interface EmulatedBoard extends VirtualBoard {
  readonly mishaps: Mishaps;
  /** Times that the power came. */
  starts(): number;
  memory(): Uint8Array;
}

/** powerUp: a processor that starts anew, on the flash as it is. */
export function createEmulatedBoard(flash: FlashMemory, powerUp: () => Processor): EmulatedBoard {
  let starts = 0;
  let processor = start();

  function start(): Processor {
    starts++;
    return powerUp();
  }

  return {
    /** A power loss takes along what was not sent yet, and the rest of the bytes. */
    receive(bytes) {
      try {
        return Uint8Array.from(processor.exchange(bytes));
      } catch (error) {
        if (!(error instanceof PowerLoss)) throw error;
        processor = start();
        return new Uint8Array(0);
      }
    },
    starts: () => starts,
    memory: () => processor.memory,
    mishaps: {
      cutPower() {
        processor = start();
      },
      cutPowerInFlash: (bytes) => flash.cutAfter(bytes),
      wearOutFlash: (bytes) => flash.wearOutAfter(bytes),
    },
  };
}

/** An emulated program that computes for so many instructions without waiting for bytes is lost. */
export const mostInstructions = 4e9;

export class ProcessorLost extends Error {}
