/**
 * The boot loader in the ROM of an STM32, over its USART: ST application note AN3155, 2 (code sequence) and 3 (commands). A command
 * is a byte and its complement; the answer is 0x79 or 0x1f. Addresses have the high byte first, blocks end with the exclusive or
 * of their bytes. The line has even parity.
 */
import { SpikecError } from "../../errors/error.ts";
import type { Link } from "../link.ts";
import { type Dialogue, openDialogue } from "./dialogue.ts";
import { type FirstFlashOptions, type FirstFlashResult, firstDifference } from "./events.ts";

const [acknowledged, refused] = [0x79, 0x1f];
const synchronisation = 0x7f;
const commands = { getId: 0x02, readMemory: 0x11, go: 0x21, writeMemory: 0x31, extendedErase: 0x44 } as const;
const blockBytes = 256;
/** Milliseconds for one answer: erasing 128 KiB takes 2 s at most (STM32F405 data sheet, table 40). */
const answerTime = 10_000;
const syncTime = 500;
const syncAttempts = 6;

export interface Stm32Chip {
  /** Answer to "get ID": AN2606 lists them. */
  readonly id: number;
  readonly flashStart: number;
  /** Bytes of the flash sectors from the start on. */
  readonly sectors: readonly number[];
}

const exclusiveOr = (bytes: readonly number[]) => bytes.reduce((sum, byte) => sum ^ byte, 0);

async function acknowledge(dialogue: Dialogue, doing: string): Promise<void> {
  const [answer] = await dialogue.take(1);
  if (answer === acknowledged) return;
  const what =
    answer === refused ? "the boot loader refuses" : `the boot loader answers 0x${answer.toString(16)}`;
  throw new SpikecError("SPK-0508", `${what} (while ${doing})`, {
    where: dialogue.name,
    advice:
      "Start the boot loader again: BOOT0 high, BOOT1 low, then reset. A protected flash is refused too.",
  });
}

async function command(dialogue: Dialogue, code: number, doing: string): Promise<void> {
  await dialogue.send([code, code ^ 0xff]);
  await acknowledge(dialogue, doing);
}

async function sendAddress(dialogue: Dialogue, address: number, doing: string): Promise<void> {
  const bytes = [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff);
  await dialogue.send([...bytes, exclusiveOr(bytes)]);
  await acknowledge(dialogue, doing);
}

/** A boot loader that was found before answers "refused" to the synchronisation, and listens all the same. */
async function synchronise(link: Link, signal: AbortSignal | undefined): Promise<void> {
  const dialogue = openDialogue(link, { replyTimeout: syncTime, signal });
  try {
    for (let attempt = 1; ; attempt++) {
      await dialogue.send([synchronisation]);
      try {
        const [answer] = await dialogue.take(1);
        if (answer === acknowledged || answer === refused) return;
      } catch (error) {
        if (!(error instanceof SpikecError) || error.code !== "SPK-0506" || attempt === syncAttempts)
          throw error;
      }
    }
  } finally {
    dialogue.release();
  }
}

async function checkId(dialogue: Dialogue, { id }: Stm32Chip): Promise<void> {
  await command(dialogue, commands.getId, "asking which chip it is");
  const [count] = await dialogue.take(1);
  const bytes = await dialogue.take(count + 1);
  await acknowledge(dialogue, "asking which chip it is");
  const found = bytes.reduce((sum, byte) => 256 * sum + byte, 0);
  if (found !== id)
    throw new SpikecError("SPK-0512", `the chip's ID is 0x${found.toString(16)}, not 0x${id.toString(16)}`, {
      where: dialogue.name,
    });
}

/** The sectors that so many bytes touch. */
function sectorsFor({ sectors }: Stm32Chip, bytes: number): number[] {
  const numbers: number[] = [];
  for (let start = 0, i = 0; start < bytes; start += sectors[i++]) numbers.push(i);
  return numbers;
}

async function erase(dialogue: Dialogue, sectors: readonly number[]): Promise<void> {
  const doing = "erasing the flash";
  await command(dialogue, commands.extendedErase, doing);
  const bytes = [sectors.length - 1, ...sectors].flatMap((number) => [number >> 8, number & 0xff]);
  await dialogue.send([...bytes, exclusiveOr(bytes)]);
  await acknowledge(dialogue, doing);
}

async function write(dialogue: Dialogue, address: number, block: readonly number[]): Promise<void> {
  const doing = `writing at 0x${address.toString(16)}`;
  await command(dialogue, commands.writeMemory, doing);
  await sendAddress(dialogue, address, doing);
  const bytes = [block.length - 1, ...block];
  await dialogue.send([...bytes, exclusiveOr(bytes)]);
  await acknowledge(dialogue, doing);
}

async function read(dialogue: Dialogue, address: number, count: number): Promise<Uint8Array> {
  const doing = `reading at 0x${address.toString(16)}`;
  await command(dialogue, commands.readMemory, doing);
  await sendAddress(dialogue, address, doing);
  await dialogue.send([count - 1, (count - 1) ^ 0xff]);
  await acknowledge(dialogue, doing);
  return dialogue.take(count);
}

/** Throws SPK-0512 for another chip, SPK-0508 where the boot loader refuses, SPK-0514 where the flash reads back differently. */
export async function flashStm32(
  link: Link,
  firmware: Uint8Array,
  chip: Stm32Chip,
  { onEvent = () => {}, signal }: FirstFlashOptions = {},
): Promise<FirstFlashResult> {
  onEvent({ kind: "connecting" });
  await synchronise(link, signal);
  const dialogue = openDialogue(link, { replyTimeout: answerTime, signal });
  try {
    await checkId(dialogue, chip);
    onEvent({ kind: "preparing", resumedAt: 0 });
    const total = firmware.length;
    await erase(dialogue, sectorsFor(chip, total));
    // Whole words: the rest of the last one stays erased.
    const padded = [...firmware, ...new Array<number>((4 - (total % 4)) % 4).fill(0xff)];
    let blocks = 0;
    for (let at = 0; at < padded.length; at += blockBytes, blocks++) {
      const block = padded.slice(at, at + blockBytes);
      await write(dialogue, chip.flashStart + at, block);
      const different = firstDifference(
        await read(dialogue, chip.flashStart + at, block.length),
        Uint8Array.from(block),
      );
      if (different >= 0)
        throw new SpikecError("SPK-0514", `byte ${at + different} of the firmware reads back differently`, {
          where: link.name,
        });
      onEvent({ kind: "writing", bytes: Math.min(total, at + blockBytes), total });
    }
    await command(dialogue, commands.go, "starting the firmware");
    await sendAddress(dialogue, chip.flashStart, "starting the firmware");
    onEvent({ kind: "finished", bytes: total });
    return { bytes: total, blocks };
  } finally {
    dialogue.release();
  }
}
