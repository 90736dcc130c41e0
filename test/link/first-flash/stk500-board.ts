/**
 * An Uno's boot loader as AVR061 describes it, with a flash behind it: page writes erase, and it listens only after a reset. What it
 * cannot understand it answers with "not in sync", and goes on a byte later.
 */
import type { VirtualBoard } from "../../../src/link/virtual-board.ts";

const endOfCommand = 0x20;
const [inSync, ok, notInSync] = [0x14, 0x10, 0x15];

export interface BootLoader extends VirtualBoard {
  readonly flash: Uint8Array;
  /** The program was started. */
  started(): boolean;
}

export interface Stk500Settings {
  readonly signature?: readonly number[];
  readonly version?: number;
  /** Bytes that it ignores before it listens: the board is still starting. */
  readonly deaf?: number;
  /** This byte of flash takes nothing. */
  readonly worn?: number;
}

/** Bytes of each command behind the command itself, without the end. */
const lengths: Readonly<Record<number, number>> = { 48: 0, 65: 1, 80: 0, 81: 0, 85: 2, 116: 3, 117: 0 };

export function createStk500Board(settings: Stk500Settings = {}): BootLoader {
  const { signature = [0x1e, 0x95, 0x0f], version = 8, worn = -1 } = settings;
  const flash = new Uint8Array(32_768).fill(0xff);
  let deaf = settings.deaf ?? 0;
  let waiting: number[] = [];
  let address = 0;
  let programming = false;
  let started = false;

  function lengthOf([command, high, low]: readonly number[]): number | null {
    if (command !== 0x64) return lengths[command] ?? 0;
    return low === undefined ? null : 3 + 256 * high + low;
  }

  function perform([command, ...rest]: readonly number[]): readonly number[] | null {
    switch (command) {
      case 0x30:
        return [];
      case 0x41:
        return [rest[0] === 0x81 ? version : 3];
      case 0x50:
        programming = true;
        return [];
      case 0x51:
        started = true;
        return [];
      case 0x55:
        address = 2 * (rest[0] + 256 * rest[1]);
        return [];
      case 0x64: {
        if (!programming || rest[2] !== 0x46) return null;
        const page = rest.slice(3);
        flash.set(page, address);
        if (worn >= address && worn < address + page.length) flash[worn] = 0xff;
        return [];
      }
      case 0x74:
        return rest[2] === 0x46 ? [...flash.subarray(address, address + 256 * rest[0] + rest[1])] : null;
      case 0x75:
        return signature;
      default:
        return null;
    }
  }

  return {
    flash,
    started: () => started,
    receive(bytes) {
      const answers: number[] = [];
      for (const byte of bytes) {
        if (deaf-- > 0) continue;
        waiting.push(byte);
        const length = lengthOf(waiting);
        if (length === null || waiting.length < length + 2) continue;
        const answer = waiting[length + 1] === endOfCommand ? perform(waiting) : null;
        answers.push(...(answer === null ? [notInSync] : [inSync, ...answer, ok]));
        waiting = answer === null ? waiting.slice(1) : [];
      }
      return Uint8Array.from(answers);
    },
  };
}
