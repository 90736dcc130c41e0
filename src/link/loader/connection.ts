/**
 * The host's end of the loader protocol: questions and their answers over a wire that may lose or damage frames. A question
 * without an answer is asked again, with the same sequence number, until the board's time is over.
 *
 * A read is always pending, so that a board that vanishes is noticed at once, busy or idle.
 */
import { SpikecError } from "../../errors/error.ts";
import type { Link } from "../link.ts";
import { openSession, type Session, type SessionOptions } from "../session.ts";
import { createFrameReader, encodeFrame, type Frame } from "./frame.ts";
import { answerBit, operations } from "./protocol.ts";

/** An answer without its sequence: the status, and what stands behind it. */
export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
  /** Bytes of the answer's payload. */
  readonly length: number;
}

export interface Question {
  readonly operation: number;
  readonly payload: Uint8Array;
}

/** What is known of the board's speed; HELLO measures it. */
export interface Pace {
  /** Milliseconds that the board may need to answer. */
  readonly silence: number;
  /** The same where it erases, reads back or tests before it answers. */
  readonly workTime: number;
  /** Milliseconds a byte on the wire. */
  readonly byteTime: number;
}

/** Several questions under way at once; the board takes them in order. */
export interface Pipeline {
  readonly count: number;
  /** Questions that may wait for their answers. */
  readonly window: number;
  question(index: number): Question;
  /**
   * Takes the answer to question `index` and returns the first index that is still needed: index + 1 where all went well,
   * less where something before it got lost. Throws for an answer that ends everything.
   */
  accept(index: number, answer: Answer): number;
}

export interface LoaderConnection {
  readonly name: string;
  /** Throws SPK-0506 when no answer came, SPK-0507 when the board is gone, SPK-0003 when interrupted. */
  ask(operation: number, payload?: Uint8Array): Promise<Answer>;
  /** Throws as ask() does, and what accept() throws. */
  pipeline(work: Pipeline): Promise<void>;
  setPace(pace: Pace): void;
  /** Milliseconds since the last valid frame from the board. */
  sinceLastFrame(): number;
  /** Why the connection is over; null while it lives. */
  failure(): SpikecError | null;
  /** Ends everything under way with this error. */
  fail(error: SpikecError): void;
  /** Gives the link back, still open. */
  release(): void;
}

/** No board sends longer frames; HELLO's answer says how long they really are. */
const longestFrame = 65_535;
/** Before HELLO, boards get this long for an answer. */
const unknownPace: Pace = { silence: 250, workTime: 250, byteTime: 0.1 };
const workingOperations: readonly number[] = [
  operations.begin,
  operations.commit,
  operations.trial,
  operations.confirm,
];
/** Scheduling on either side, in milliseconds. */
const slack = 50;
/** Answers that nobody waits for are stale; a flood of them is thrown away. */
const mostWaiting = 256;
const defaultReplyTimeout = 2000;

const resynchronise = Uint8Array.of(0);

/** Frames from the board, as they come, and the end of the connection. */
interface Receiver {
  /** The next frame; null when none came in time. */
  next(limit: number): Promise<Frame | null>;
  clear(): void;
  sinceLastFrame(): number;
  failure(): SpikecError | null;
  fail(error: SpikecError): void;
  stop(): void;
}

function receiveFrames(session: Session): Receiver {
  const reader = createFrameReader(longestFrame);
  const waiting: Frame[] = [];
  let failure: SpikecError | null = null;
  let stopped = false;
  let last = performance.now();
  let wake = () => {};

  function take(bytes: Uint8Array): void {
    for (const frame of reader.push(bytes)) {
      last = performance.now();
      if ((frame.operation & answerBit) !== 0 && waiting.length < mostWaiting) waiting.push(frame);
    }
    wake();
  }

  function fail(error: SpikecError): void {
    failure ??= error;
    wake();
  }

  async function pump(): Promise<void> {
    while (!stopped && failure === null) {
      try {
        take(await session.receive());
      } catch (error) {
        // An idle board is silent; whether it should be is for those to say who wait for an answer.
        if (!(error instanceof SpikecError) || error.code !== "SPK-0506") fail(error as SpikecError);
      }
    }
  }
  void pump();

  function woken(limit: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limit);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  return {
    async next(limit) {
      const end = performance.now() + limit;
      while (waiting.length === 0 && failure === null) {
        const left = end - performance.now();
        if (left <= 0) return null;
        await woken(left);
      }
      const frame = waiting.shift();
      if (frame !== undefined) return frame;
      throw failure!;
    },
    clear: () => waiting.splice(0),
    sinceLastFrame: () => performance.now() - last,
    failure: () => failure,
    fail,
    stop() {
      stopped = true;
      wake();
    },
  };
}

function answerOf({ payload }: Frame): Answer {
  return { status: payload[0] ?? -1, body: payload.subarray(1), length: payload.length };
}

/** Takes the link until release(). */
export function connect(link: Link, options: SessionOptions = {}): LoaderConnection {
  const replyTimeout = options.replyTimeout ?? defaultReplyTimeout;
  const session = openSession(link, { ...options, replyTimeout });
  const receiver = receiveFrames(session);
  let pace = unknownPace;
  let sequence = Math.floor(Math.random() * 65_536);
  let before: Promise<unknown> = Promise.resolve();

  /** Random at first, then ascending: an answer to a question of the session before cannot be taken for a new one. */
  function nextSequence(): number {
    sequence = (sequence + 1) & 0xffff;
    return sequence;
  }

  function attemptTime(bytes: number, operation: number): number {
    const own = workingOperations.includes(operation) ? pace.workTime : pace.silence;
    return slack + own + 3 * bytes * pace.byteTime;
  }

  function silent(attempts: number): SpikecError {
    const times = attempts === 1 ? "once" : `${attempts} times`;
    return new SpikecError("SPK-0506", `no answer, asked ${times}`, { where: link.name });
  }

  /** A board is silent when nothing came back for the reply time-out, and for some attempts. */
  function patience(attempt: number): number {
    return Math.max(replyTimeout, 4 * attempt);
  }

  /** One conversation at a time: a heartbeat waits while an upload is under way. */
  function exclusive<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = before.then(work);
    before = mine.catch(() => {});
    return mine;
  }

  async function answerTo(question: number, operation: number, limit: number): Promise<Answer | null> {
    const end = performance.now() + limit;
    for (;;) {
      const frame = await receiver.next(Math.max(0, end - performance.now()));
      if (frame === null) return null;
      if (frame.sequence === question && frame.operation === (operation | answerBit)) return answerOf(frame);
    }
  }

  async function askNow(operation: number, payload: Uint8Array): Promise<Answer> {
    const question = nextSequence();
    const bytes = encodeFrame({ operation, sequence: question, payload });
    const limit = attemptTime(bytes.length, operation);
    const giveUp = performance.now() + patience(limit);
    receiver.clear();
    for (let attempt = 1; ; attempt++) {
      await session.send(resynchronise);
      await session.send(bytes);
      const answer = await answerTo(question, operation, Math.min(limit, giveUp - performance.now()));
      if (answer !== null) return answer;
      if (performance.now() >= giveUp) throw silent(attempt);
    }
  }

  /** Go-back-N: whatever follows a lost question is sent again, as soon as the loss is known. */
  async function pipelineNow({ count, window, question, accept }: Pipeline): Promise<void> {
    const asked = new Map<number, { index: number; turn: number }>();
    let base = 0;
    let next = 0;
    let turn = 0;
    let largest = 0;
    let attempts = 1;
    let giveUp = Number.POSITIVE_INFINITY;
    receiver.clear();

    async function fill(): Promise<void> {
      while (next < count && next < base + window) {
        const { operation, payload } = question(next);
        const own = nextSequence();
        const bytes = encodeFrame({ operation, sequence: own, payload });
        asked.set(own, { index: next++, turn });
        largest = Math.max(largest, bytes.length);
        await session.send(bytes);
      }
    }

    function goBack(): void {
      next = base;
      turn++;
    }

    function take(frame: Frame): void {
      const place = asked.get(frame.sequence);
      if (place === undefined) return;
      asked.delete(frame.sequence);
      const needed = accept(place.index, answerOf(frame));
      if (needed > base) {
        base = needed;
        attempts = 1;
        giveUp = Number.POSITIVE_INFINITY;
      }
      next = Math.max(next, base);
      // One loss shows in every answer behind it: only the first of them counts.
      if (needed <= place.index && place.turn === turn) goBack();
    }

    while (base < count) {
      await fill();
      const limit = attemptTime((next - base) * largest, operations.data);
      giveUp = Math.min(giveUp, performance.now() + patience(limit));
      const frame = await receiver.next(limit);
      if (frame !== null) {
        take(frame);
        continue;
      }
      if (performance.now() >= giveUp) throw silent(attempts);
      attempts++;
      // What was asked before stays asked: a board that is slower than thought answers it after all.
      goBack();
      await session.send(resynchronise);
    }
  }

  return {
    name: link.name,
    ask: (operation, payload = new Uint8Array(0)) => exclusive(() => askNow(operation, payload)),
    pipeline: (work) => exclusive(() => pipelineNow(work)),
    setPace(known) {
      pace = known;
    },
    sinceLastFrame: receiver.sinceLastFrame,
    failure: receiver.failure,
    fail: receiver.fail,
    release() {
      receiver.stop();
      session.release();
    },
  };
}
