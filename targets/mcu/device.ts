/**
 * The model board: the loader protocol's far end as the firmware has it, with flash that survives power cuts and the network
 * image run from its bytes. It stands in for a board where no firmware emulator is at hand, and is what firmware is compared
 * with. It shares the protocol's codec with the host, and nothing else.
 */
import { pack, u32, viewOf } from "../../src/link/loader/bytes.ts";
import { type BoardDescription, encodeDescription } from "../../src/link/loader/description.ts";
import { createFrameReader, encodeFrame, type Frame, frameOverhead } from "../../src/link/loader/frame.ts";
import {
  answerBit,
  baudRateFallback,
  operations,
  protocolVersion,
  statuses,
} from "../../src/link/loader/protocol.ts";
import type { Mishaps, VirtualBoard } from "../../src/link/virtual-board.ts";
import { createFlashMemory, type FlashMemory, PowerLoss } from "./board/flash-memory.ts";
import { joined } from "./board/joined.ts";
import { createRuns, type Runs } from "./board/runs.ts";
import { createSlots } from "./board/slots.ts";
import { createUploads, type Reply, type Running, type Uploads } from "./board/uploads.ts";
import { allParts } from "./firmware-parts.ts";
import { imageVersion } from "./image/format.ts";

/** What makes one board another: data from its file under boards/. */
export interface BoardModel {
  readonly name: string;
  readonly flash: { readonly slotBytes: number; readonly sector: number; readonly granule: number };
  readonly arena: number;
  readonly maxFrame: number;
  readonly window: number;
  readonly silence: number;
  readonly workTime: number;
  readonly baudRate: number;
  readonly maxBaudRate: number;
}

export interface ModelBoard extends VirtualBoard {
  readonly mishaps: Mishaps;
  /** Bits a second that it listens at now. */
  baudRate(): number;
  /** Calls of the power since it was made. */
  starts(): number;
}

/** Bytes of an answer that are no body: its status. */
export const statusBytes = 1;

/** What the board knows between power-up and power-down. */
interface Memory {
  readonly reader: ReturnType<typeof createFrameReader>;
  readonly uploads: Uploads;
  /** The run of the network that is running; made anew when another one does. */
  runs: { readonly of: Running; readonly runs: Runs } | null;
  baudRate: number;
  lastFrameAt: number;
}

/** now: a clock in milliseconds. build: what HELLO says of the firmware. parts: what of the law it has; all where left out. */
export function createBoard(
  model: BoardModel,
  options: {
    readonly now?: () => number;
    readonly build?: string;
    readonly flash?: FlashMemory;
    readonly parts?: number;
  } = {},
): ModelBoard {
  const parts = options.parts ?? allParts;
  const now = options.now ?? (() => performance.now());
  const flash = options.flash ?? createFlashMemory({ slots: 2, ...model.flash });
  const slots = createSlots(flash);
  let starts = 0;
  let memory = powerUp();

  function powerUp(): Memory {
    starts++;
    const reader = createFrameReader(model.maxFrame);
    const { baudRate } = model;
    const uploads = createUploads(slots, model.arena, parts);
    return { reader, uploads, runs: null, baudRate, lastFrameAt: now() };
  }

  function describe(): BoardDescription {
    const running = memory.uploads.running();
    const active = running && {
      number: running.image.number,
      length: running.image.length,
      crc: running.image.crc,
    };
    return {
      protocol: [protocolVersion.major, protocolVersion.minor],
      board: model.name,
      build: options.build ?? "model",
      maxFrame: model.maxFrame,
      window: model.window,
      slotSize: slots.capacity,
      granule: model.flash.granule,
      arena: model.arena,
      image: imageVersion,
      silence: model.silence,
      workTime: model.workTime,
      baudRate: model.baudRate,
      maxBaudRate: model.maxBaudRate,
      parts,
      active,
      trial: running?.trial ?? false,
    };
  }

  function setBaudRate(payload: Uint8Array): Reply {
    if (payload.length < 4) return [statuses.malformed];
    const rate = viewOf(payload).getUint32(0, true);
    if (rate < 300 || rate > model.maxBaudRate) return [statuses.unsupported];
    memory.baudRate = rate;
    return [statuses.ok];
  }

  /** A rate that nobody uses, or never did, is given up. */
  function reviewBaudRate(): void {
    if (now() - memory.lastFrameAt > baudRateFallback) memory.baudRate = model.baudRate;
  }

  function withRun(work: (runs: Runs) => Reply): Reply {
    const running = memory.uploads.running();
    if (running === null) return [statuses.noNetwork];
    if (memory.runs?.of.machine !== running.machine) {
      const limits = { window: model.window, room: model.maxFrame - frameOverhead - statusBytes };
      memory.runs = { of: running, runs: createRuns(running.machine, limits) };
    }
    return work(memory.runs.runs);
  }

  function perform({ operation, payload }: Frame): Reply {
    const { uploads } = memory;
    switch (operation) {
      case operations.hello:
      case operations.info:
        return [statuses.ok, encodeDescription(describe())];
      case operations.ping:
        return [statuses.ok, pack([u32(memory.reader.damaged())])];
      case operations.begin:
        return uploads.begin(payload);
      case operations.data:
        return uploads.data(payload);
      case operations.commit:
        return uploads.commit(payload);
      case operations.trial:
        return uploads.trial(payload);
      case operations.confirm:
        return uploads.confirm(payload);
      case operations.setBaudRate:
        return setBaudRate(payload);
      case operations.restart:
        return [statuses.ok];
      case operations.start:
        return withRun((runs) => runs.start(payload));
      case operations.step:
        return withRun((runs) => runs.step(payload));
      case operations.end:
        return withRun((runs) => runs.end());
      case operations.state:
        return withRun((runs) => runs.state(payload));
      default:
        return [statuses.unknownOperation];
    }
  }

  function answer(frame: Frame): Uint8Array {
    const [status, body] = perform(frame);
    const { operation, sequence } = frame;
    return encodeFrame({
      operation: operation | answerBit,
      sequence,
      payload: pack([[1, status]], body),
    });
  }

  /** The answers to these bytes. A power loss on the way takes what was not sent yet along, and the rest of the bytes. */
  function receive(bytes: Uint8Array): Uint8Array {
    const answers: Uint8Array[] = [];
    reviewBaudRate();
    try {
      for (const frame of memory.reader.push(bytes)) {
        if ((frame.operation & answerBit) !== 0) continue;
        answers.push(answer(frame));
        memory.lastFrameAt = now();
        if (frame.operation === operations.restart) memory = powerUp();
      }
    } catch (error) {
      if (!(error instanceof PowerLoss)) throw error;
      memory = powerUp();
      return new Uint8Array(0);
    }
    return joined(answers);
  }

  return {
    receive,
    baudRate() {
      reviewBaudRate();
      return memory.baudRate;
    },
    starts: () => starts,
    mishaps: {
      cutPower() {
        memory = powerUp();
      },
      cutPowerInFlash: (bytes) => flash.cutAfter(bytes),
      wearOutFlash: (bytes) => flash.wearOutAfter(bytes),
    },
  };
}
