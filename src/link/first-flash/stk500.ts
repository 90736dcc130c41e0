/**
 * STK500 version 1, as the boot loaders of Arduino boards speak it: Atmel application note AVR061, 2 (protocol) and 4 (commands).
 * A command ends with 0x20; the answer stands between 0x14 (in sync) and 0x10 (ok). Addresses count words.
 */
import { SpikecError } from "../../errors/error.ts";
import type { Link } from "../link.ts";
import { type Dialogue, openDialogue } from "./dialogue.ts";
import { type FirstFlashOptions, type FirstFlashResult, firstDifference } from "./events.ts";

const endOfCommand = 0x20;
const [inSync, ok] = [0x14, 0x10];
const commands = {
  getSync: 0x30,
  getParameter: 0x41,
  enterProgramming: 0x50,
  leaveProgramming: 0x51,
  loadAddress: 0x55,
  programPage: 0x64,
  readPage: 0x74,
  readSignature: 0x75,
} as const;
const softwareMajor = 0x81;
const flashMemory = 0x46;

/** Milliseconds: of the reset pulse, until the boot loader listens, for one answer, for one attempt to be heard. */
const [resetPulse, startTime, answerTime, syncTime] = [100, 100, 3000, 300];
const syncAttempts = 10;

export interface Stk500Chip {
  /** Three bytes. */
  readonly signature: readonly number[];
  readonly pageBytes: number;
  /** The boot loader's lowest major version that will do. */
  readonly leastBootLoader: number;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function command(
  dialogue: Dialogue,
  bytes: readonly number[],
  answerBytes: number,
): Promise<Uint8Array> {
  await dialogue.send([...bytes, endOfCommand]);
  const answer = await dialogue.take(answerBytes + 2);
  if (answer[0] === inSync && answer[answer.length - 1] === ok) return answer.slice(1, -1);
  const found = Array.from(answer, (byte) => `0x${byte.toString(16)}`).join(" ");
  throw new SpikecError(
    "SPK-0508",
    `the boot loader answers ${found} to command 0x${bytes[0].toString(16)}`,
    {
      where: dialogue.name,
    },
  );
}

/** The boot loader listens for a second or less after a reset, which the adapter's DTR line causes. */
async function reset({ setSignals }: Link): Promise<void> {
  if (setSignals === undefined) return;
  await setSignals({ dataTerminalReady: false, requestToSend: false });
  await pause(resetPulse);
  await setSignals({ dataTerminalReady: true, requestToSend: true });
  await pause(startTime);
}

/** Asks until the boot loader is heard; what an earlier program left on the line is drained first. */
async function synchronise(link: Link, signal: AbortSignal | undefined): Promise<void> {
  const dialogue = openDialogue(link, { replyTimeout: syncTime, signal });
  try {
    for (let attempt = 1; ; attempt++) {
      dialogue.clear();
      try {
        await command(dialogue, [commands.getSync], 0);
        return;
      } catch (error) {
        const again = error instanceof SpikecError && ["SPK-0506", "SPK-0508"].includes(error.code);
        if (!again || attempt === syncAttempts) throw error;
      }
    }
  } finally {
    dialogue.release();
  }
}

async function checkChip(dialogue: Dialogue, { signature, leastBootLoader }: Stk500Chip): Promise<void> {
  const found = await command(dialogue, [commands.readSignature], 3);
  if (firstDifference(found, Uint8Array.from(signature)) >= 0) {
    const text = Array.from(found, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new SpikecError("SPK-0512", `the chip's signature is ${text}`, { where: dialogue.name });
  }
  const [version] = await command(dialogue, [commands.getParameter, softwareMajor], 1);
  if (version < leastBootLoader)
    throw new SpikecError(
      "SPK-0523",
      `the boot loader is version ${version}, and ${leastBootLoader} or newer is needed`,
      { where: dialogue.name },
    );
}

async function loadAddress(dialogue: Dialogue, address: number): Promise<void> {
  const word = address / 2;
  await command(dialogue, [commands.loadAddress, word & 0xff, word >> 8], 0);
}

/** Throws SPK-0512 for another chip, SPK-0523 for an old boot loader, SPK-0514 where the flash reads back differently. */
export async function flashStk500(
  link: Link,
  firmware: Uint8Array,
  chip: Stk500Chip,
  { onEvent = () => {}, signal }: FirstFlashOptions = {},
): Promise<FirstFlashResult> {
  onEvent({ kind: "connecting" });
  await reset(link);
  await synchronise(link, signal);
  const dialogue = openDialogue(link, { replyTimeout: answerTime, signal });
  try {
    await checkChip(dialogue, chip);
    await command(dialogue, [commands.enterProgramming], 0);
    onEvent({ kind: "preparing", resumedAt: 0 });
    const total = firmware.length;
    const size = chip.pageBytes;
    const pages = Array.from({ length: Math.ceil(total / size) }, (_, i) =>
      firmware.subarray(i * size, (i + 1) * size),
    );
    for (const [index, page] of pages.entries()) {
      await loadAddress(dialogue, index * size);
      const bytes = [...page, ...new Array<number>(size - page.length).fill(0xff)];
      await command(dialogue, [commands.programPage, size >> 8, size & 0xff, flashMemory, ...bytes], 0);
      onEvent({ kind: "writing", bytes: Math.min(total, (index + 1) * size), total });
    }
    onEvent({ kind: "verifying" });
    for (const [index, page] of pages.entries()) {
      await loadAddress(dialogue, index * size);
      const found = await command(dialogue, [commands.readPage, size >> 8, size & 0xff, flashMemory], size);
      const at = firstDifference(found, page);
      if (at >= 0)
        throw new SpikecError(
          "SPK-0514",
          `byte ${index * size + at} of the firmware reads back differently`,
          {
            where: link.name,
          },
        );
    }
    await command(dialogue, [commands.leaveProgramming], 0);
    onEvent({ kind: "finished", bytes: total });
    return { bytes: total, blocks: pages.length };
  } finally {
    dialogue.release();
  }
}
