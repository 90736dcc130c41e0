/** The host's half of the wire: a serprog programmer with AER (wire-protocol.ts), found in any state and asked what it is. */
import { SpikecError } from "../../src/errors/error.ts";
import type { Link } from "../../src/link/link.ts";
import { openSession, type Session } from "../../src/link/session.ts";
import type { WireOptions } from "../../src/target/target.ts";
import { frameBytes, readRequestBytes } from "./frames.ts";
import {
  acknowledge,
  commandMapBytes,
  eventBytes,
  fromLittleEndian,
  littleEndian,
  mostEvents,
  nameBytes,
  opcode,
  refuse,
  serprogVersion,
} from "./wire-protocol.ts";

export interface Programmer {
  readonly session: Session;
  /** Bytes of frames that go into one SPI operation. */
  readonly largestWrite: number;
  /** Clocks whole frames into the chip. */
  write(frames: Uint8Array): Promise<void>;
  /** The byte that each request of 4 bytes reads. */
  read(requests: readonly (readonly number[])[]): Promise<Uint8Array>;
  /** AER events one by one, each when the chip is idle; what each caused. Throws SPK-0508 where the board refuses. */
  serve(events: readonly number[]): Promise<number[][]>;
}

/** More than any command that an earlier host may have left cut off: as many no-ops complete it. */
const completion = 3 + mostEvents * eventBytes;

/** Reads exact numbers of bytes from a session. */
interface Reader {
  take(count: number): Promise<Uint8Array>;
  drop(): void;
}

function createReader(session: Session): Reader {
  let waiting = new Uint8Array(0);
  return {
    async take(count) {
      while (waiting.length < count) {
        const more = await session.receive();
        const joined = new Uint8Array(waiting.length + more.length);
        joined.set(waiting);
        joined.set(more, waiting.length);
        waiting = joined;
      }
      const taken = waiting.subarray(0, count);
      waiting = waiting.slice(count);
      return taken;
    },
    drop() {
      waiting = new Uint8Array(0);
    },
  };
}

function unexpected(session: Session, what: string): SpikecError {
  return new SpikecError("SPK-0508", what, { where: session.name });
}

/**
 * No-ops complete a cut command, SYNCNOP and the interface query mark where the conversation begins: 15 06, 06 01 00.
 * Zeros in a cut SPI operation open the chip's gate at most; what was being written is written again.
 */
async function synchronise(session: Session): Promise<void> {
  const mark = [refuse, acknowledge, acknowledge, ...littleEndian(serprogVersion, 2)];
  const deadline = Date.now() + session.replyTimeout;
  await session.send(new Uint8Array(completion));
  await session.send(Uint8Array.of(opcode.synchronise, opcode.queryInterface));
  let recent: number[] = [];
  let talked = false;
  while (recent.join() !== mark.join()) {
    if (Date.now() > deadline)
      throw unexpected(session, "something answers, but not as a serprog programmer does");
    try {
      for (const byte of await session.receive()) recent = [...recent, byte].slice(-mark.length);
      talked = true;
    } catch (error) {
      if (talked && error instanceof SpikecError && error.code === "SPK-0506")
        throw unexpected(session, "something answers, but not as a serprog programmer does");
      throw error;
    }
  }
}

export async function openProgrammer(link: Link, chip: string, options: WireOptions): Promise<Programmer> {
  const session = openSession(link, options);
  try {
    await synchronise(session);
    const reader = createReader(session);
    const ask = async (command: readonly number[], bytes: number, what: string): Promise<Uint8Array> => {
      await session.send(Uint8Array.from(command));
      const [status] = await reader.take(1);
      if (status !== acknowledge) throw unexpected(session, `the programmer refused ${what}`);
      return (await reader.take(bytes)).slice();
    };
    const map = await ask([opcode.queryCommandMap], commandMapBytes, "to list its commands");
    for (const [name, code] of [
      ["SPI operations", opcode.spiOperation],
      ["AER events", opcode.aerEvents],
    ] as const)
      if ((map[code >> 3] & (1 << (code & 7))) === 0)
        throw new SpikecError("SPK-0512", `the programmer has no ${name} (opcode 0x${code.toString(16)})`, {
          where: session.name,
        });
    await checkName(session, await ask([opcode.queryName], nameBytes, "to tell its name"), chip);
    await ask([opcode.setBusType, 0x08], 0, "the SPI bus");
    const length = fromLittleEndian(await ask([opcode.queryWriteLength], 3, "to tell its buffer"));
    // 0 means 2^24 in serprog; a frame must not be cut.
    const largestWrite = Math.max(
      frameBytes,
      Math.floor(Math.min(length || 4096, 4096) / frameBytes) * frameBytes,
    );
    return conversation(session, reader, largestWrite);
  } catch (error) {
    session.release();
    throw error;
  }
}

/** Our own boards say which chip they carry; a stock programmer's name says nothing, and passes. */
async function checkName(session: Session, name: Uint8Array, chip: string): Promise<void> {
  const text = new TextDecoder().decode(name).replace(/\0+$/, "");
  if (!text.startsWith("spikec ") || text.toLowerCase() === `spikec ${chip}`) return;
  throw new SpikecError("SPK-0512", `the board carries a ${text.slice(7)}, not a ${chip}`, {
    where: session.name,
  });
}

/** Read requests on their way at once: their commands stay below the smallest serial buffer in use. */
const readsInFlight = 16;

function conversation(session: Session, reader: Reader, largestWrite: number): Programmer {
  const expectAcknowledgement = async (what: string) => {
    const [status] = await reader.take(1);
    if (status !== acknowledge) throw unexpected(session, `the programmer refused ${what}`);
  };

  return {
    session,
    largestWrite,
    async write(frames) {
      const header = [opcode.spiOperation, ...littleEndian(frames.length, 3), ...littleEndian(0, 3)];
      await session.send(Uint8Array.from([...header, ...frames]));
      await expectAcknowledgement("an SPI operation");
    },
    async read(requests) {
      const bytes = new Uint8Array(requests.length);
      const header = [opcode.spiOperation, ...littleEndian(readRequestBytes, 3), ...littleEndian(1, 3)];
      for (let first = 0; first < requests.length; first += readsInFlight) {
        const batch = requests.slice(first, first + readsInFlight);
        await session.send(Uint8Array.from(batch.flatMap((request) => [...header, ...request])));
        for (let i = 0; i < batch.length; i++) {
          await expectAcknowledgement("to read");
          bytes[first + i] = (await reader.take(1))[0];
        }
      }
      return bytes;
    },
    async serve(events) {
      const words = events.flatMap((event) => littleEndian(event, eventBytes));
      await session.send(Uint8Array.from([opcode.aerEvents, ...littleEndian(events.length, 2), ...words]));
      const [status] = await reader.take(1);
      if (status === refuse) {
        const [, length] = await reader.take(2);
        const reason = new TextDecoder().decode(await reader.take(length));
        throw unexpected(session, `the board refused the events: ${reason}`);
      }
      if (status !== acknowledge) throw unexpected(session, `the board answered events with ${status}`);
      const outputs: number[][] = [];
      for (let i = 0; i < events.length; i++) {
        const count = fromLittleEndian(await reader.take(2));
        outputs.push([...(await reader.take(count))]);
      }
      return outputs;
    },
  };
}
