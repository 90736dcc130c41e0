/** The boot loader in an STM32F405's ROM as AN3155 describes it, with its flash in sectors: bits go from 1 to 0 until erased. */
import type { BootLoader } from "./stk500-board.ts";

const [acknowledged, refused] = [0x79, 0x1f];
const flashStart = 0x0800_0000;
const kilobyte = 1024;
const sectors = [16, 16, 16, 16, 64, ...new Array<number>(7).fill(128)].map((size) => size * kilobyte);

export interface Stm32Settings {
  readonly id?: number;
  /** It was found before: the synchronisation is refused. */
  readonly found?: boolean;
  /** Read protection: reading, writing and erasing are refused. */
  readonly isProtected?: boolean;
}

const exclusiveOr = (bytes: readonly number[]) => bytes.reduce((sum, byte) => sum ^ byte, 0);

/** Each step takes so many bytes, then says how many the next takes and what is answered. */
type Step = (bytes: readonly number[]) => readonly number[];

export function createStm32Board({
  id = 0x413,
  found = false,
  isProtected = false,
}: Stm32Settings = {}): BootLoader {
  const flash = new Uint8Array(sectors.reduce((sum, size) => sum + size, 0)).fill(0x5a);
  let listening = found;
  let started = false;
  let wanted = 2;
  let step: Step = takeCommand;
  let waiting: number[] = [];

  function expect(count: number, next: Step): void {
    wanted = count;
    step = next;
  }

  function refuse(): readonly number[] {
    expect(2, takeCommand);
    return [refused];
  }

  /** Then, with the address as an offset in flash. */
  function takeAddress(next: (offset: number) => readonly number[]): Step {
    return (bytes) => {
      const offset = bytes.slice(0, 4).reduce((sum, byte) => 256 * sum + byte, 0) - flashStart;
      if (exclusiveOr(bytes) !== 0 || offset < 0 || offset >= flash.length) return refuse();
      return next(offset);
    };
  }

  function eraseSectors(numbers: readonly number[]): void {
    for (const number of numbers) {
      const start = sectors.slice(0, number).reduce((sum, size) => sum + size, 0);
      flash.fill(0xff, start, start + sectors[number]);
    }
  }

  function erase(count: readonly number[]): readonly number[] {
    const total = 256 * count[0] + count[1] + 1;
    expect(2 * total + 1, (bytes) => {
      if (exclusiveOr([...count, ...bytes]) !== 0) return refuse();
      eraseSectors(Array.from({ length: total }, (_, i) => 256 * bytes[2 * i] + bytes[2 * i + 1]));
      expect(2, takeCommand);
      return [acknowledged];
    });
    return [];
  }

  function write(offset: number): readonly number[] {
    expect(1, ([last]) => {
      expect(last + 2, (bytes) => {
        if (exclusiveOr([last, ...bytes]) !== 0 || (last + 1) % 4 !== 0) return refuse();
        for (let i = 0; i <= last; i++) flash[offset + i] &= bytes[i];
        expect(2, takeCommand);
        return [acknowledged];
      });
      return [];
    });
    return [acknowledged];
  }

  function read(offset: number): readonly number[] {
    expect(2, ([last, complement]) => {
      if (complement !== (last ^ 0xff)) return refuse();
      expect(2, takeCommand);
      return [acknowledged, ...flash.subarray(offset, offset + last + 1)];
    });
    return [acknowledged];
  }

  function takeCommand([command, complement]: readonly number[]): readonly number[] {
    if (complement !== (command ^ 0xff)) return refuse();
    if (isProtected && command !== 0x02) return refuse();
    switch (command) {
      case 0x02:
        return [acknowledged, 1, id >> 8, id & 0xff, acknowledged];
      case 0x44:
        expect(2, erase);
        return [acknowledged];
      case 0x31:
        expect(5, takeAddress(write));
        return [acknowledged];
      case 0x11:
        expect(5, takeAddress(read));
        return [acknowledged];
      case 0x21:
        expect(
          5,
          takeAddress(() => {
            started = true;
            return [acknowledged];
          }),
        );
        return [acknowledged];
      default:
        return refuse();
    }
  }

  return {
    flash,
    started: () => started,
    receive(bytes) {
      const answers: number[] = [];
      for (const byte of bytes) {
        if (!listening) {
          listening = byte === 0x7f;
          if (listening) answers.push(acknowledged);
          continue;
        }
        // Found before, it takes the synchronisation for half a command, and refuses that.
        if (waiting.length === 0 && step === takeCommand && byte === 0x7f) {
          answers.push(refused);
          continue;
        }
        waiting.push(byte);
        if (waiting.length < wanted) continue;
        const taken = waiting;
        waiting = [];
        answers.push(...step(taken));
      }
      return Uint8Array.from(answers);
    },
  };
}
