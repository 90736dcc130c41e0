/** The board's side of an upload: BEGIN, DATA, COMMIT, TRIAL, CONFIRM. What is under way is forgotten when the power goes. */
import { pack, u32, viewOf } from "../../../src/link/loader/bytes.ts";
import { crc32 } from "../../../src/link/loader/crc32.ts";
import { resumeFlag, statuses } from "../../../src/link/loader/protocol.ts";
import { ImageFault } from "../machine/image-reader.ts";
import { createMachine, type Machine } from "../machine/machine.ts";
import { readProgram } from "../machine/program.ts";
import { runGolden } from "./golden.ts";
import type { Slots, StoredImage } from "./slots.ts";

/** Status, then what follows it. */
export type Reply = readonly [status: number, ...body: Uint8Array[]];

/** The network that runs. */
export interface Running {
  readonly image: StoredImage;
  readonly machine: Machine;
  /** Not confirmed: a restart brings the one before it back. */
  readonly trial: boolean;
}

interface Upload {
  readonly slot: number;
  readonly length: number;
  readonly crc: number;
  /** The next byte. */
  at: number;
}

export interface Uploads {
  running(): Running | null;
  begin(payload: Uint8Array): Reply;
  data(payload: Uint8Array): Reply;
  commit(payload: Uint8Array): Reply;
  trial(payload: Uint8Array): Reply;
  confirm(payload: Uint8Array): Reply;
}

const malformed: Reply = [statuses.malformed];

/** Starts with the best image in flash; where it cannot be run the board waits for another. */
export function createUploads(slots: Slots, arena: number, parts: number): Uploads {
  let upload: Upload | null = null;
  /** Sealed, not yet tried. */
  let sealed: StoredImage | null = null;
  let running = startWith(slots.best(), false);

  function startWith(image: StoredImage | null, trial: boolean): Running | null {
    if (image === null) return null;
    try {
      return {
        image,
        machine: createMachine(readProgram(slots.bytes(image.slot, image.length), arena, parts)),
        trial,
      };
    } catch (error) {
      if (error instanceof ImageFault) return null;
      throw error;
    }
  }

  function begin(payload: Uint8Array): Reply {
    if (payload.length < 9) return malformed;
    const view = viewOf(payload);
    const [length, crc] = [view.getUint32(0, true), view.getUint32(4, true)];
    if (length > slots.capacity) return [statuses.tooLarge];
    const resume = (payload[8] & resumeFlag) !== 0;
    // A repeated BEGIN, whose answer got lost, must not erase twice; nothing came in between, so it is at 0.
    if (upload !== null && upload.length === length && upload.crc === crc && (resume || upload.at === 0))
      return [statuses.ok, pack([u32(upload.at)])];
    const active = running !== null && !running.trial ? running.image : slots.best();
    // A network on trial lies where the new one will.
    if (running?.trial) running = startWith(active, false);
    sealed = null;
    upload = { slot: slots.spare(active), length, crc, at: 0 };
    slots.clear(upload.slot, length);
    return [statuses.ok, pack([u32(0)])];
  }

  function data(payload: Uint8Array): Reply {
    if (payload.length < 4) return malformed;
    if (upload === null) return [statuses.nothingBegun];
    const offset = viewOf(payload).getUint32(0, true);
    const bytes = payload.subarray(4);
    if (offset !== upload.at) return [statuses.wrongPlace, pack([u32(upload.at)])];
    if (offset + bytes.length > upload.length) return [statuses.tooLarge];
    if (!slots.write(upload.slot, offset, bytes)) {
      upload = null;
      return [statuses.flashFailed];
    }
    upload.at += bytes.length;
    return [statuses.ok, pack([u32(upload.at)])];
  }

  function commit(payload: Uint8Array): Reply {
    if (payload.length < 8) return malformed;
    const view = viewOf(payload);
    const [length, crc] = [view.getUint32(0, true), view.getUint32(4, true)];
    // The answer to an earlier COMMIT got lost.
    const done = sealed ?? running?.image;
    if (upload === null && done?.crc === crc && done.length === length)
      return [statuses.ok, pack([u32(crc)])];
    if (upload === null || upload.length !== length || upload.crc !== crc) return [statuses.nothingBegun];
    if (upload.at !== length) return [statuses.wrongPlace, pack([u32(upload.at)])];
    const { slot } = upload;
    const found = crc32(slots.bytes(slot, length));
    upload = null;
    if (found !== crc) return [statuses.differs, pack([u32(found)])];
    if (!slots.seal(slot, length, crc)) return [statuses.flashFailed];
    sealed = slots.stored(slot);
    return sealed === null ? [statuses.flashFailed] : [statuses.ok, pack([u32(crc)])];
  }

  function trial(payload: Uint8Array): Reply {
    if (payload.length < 4) return malformed;
    const crc = viewOf(payload).getUint32(0, true);
    const candidate = sealed ?? (running?.image.crc === crc ? running.image : null);
    if (candidate === null || candidate.crc !== crc) return [statuses.nothingBegun];
    try {
      const machine = createMachine(readProgram(slots.bytes(candidate.slot, candidate.length), arena, parts));
      const { steps, passed } = runGolden(machine);
      if (!passed) return [statuses.selfTestFailed];
      machine.reset();
      if (sealed !== null) running = { image: sealed, machine, trial: true };
      return [statuses.ok, pack([u32(steps)])];
    } catch (error) {
      if (error instanceof ImageFault) return [statuses.imageRefused, Uint8Array.of(error.fault)];
      throw error;
    }
  }

  function confirm(payload: Uint8Array): Reply {
    if (payload.length < 4) return malformed;
    if (running === null || running.image.crc !== viewOf(payload).getUint32(0, true))
      return [statuses.nothingBegun];
    if (running.trial && !slots.confirm(running.image.slot)) {
      running = startWith(slots.best(), false);
      return [statuses.flashFailed];
    }
    running = { ...running, trial: false };
    sealed = null;
    return [statuses.ok];
  }

  return { running: () => running, begin, data, commit, trial, confirm };
}
