/**
 * Finds the beginning of a conversation with a board in an unknown state: half a command in its decoder, replies to an
 * earlier host still on the wire.
 *
 * No-ops complete any cut command, a clear stops what runs, and a metric read of an address that the chip does not have
 * (it answers 0, ucaspian_core.sv:527-528) is a mark: what follows its reply is ours.
 */
import { SpikecError } from "../../src/errors/error.ts";
import type { Session } from "../../src/link/session.ts";
import { clearActivity, neuronCommandLength, noOperation, readMetric } from "./packets.ts";

const firstUnknownMetric = 0x40;
const unknownMetrics = 0x80;

/** Ends in the clear state at time 0. Throws SPK-0506 (silent), SPK-0508 (another device), SPK-0507, SPK-0003. */
export async function synchronise(session: Session): Promise<void> {
  const mark = firstUnknownMetric + Math.floor(Math.random() * unknownMetrics);
  const completion = Array.from({ length: neuronCommandLength }, noOperation).flat();
  await session.send(Uint8Array.from([...completion, ...clearActivity(), ...readMetric(mark)]));
  const expected = [...readMetric(mark), 0];
  const deadline = Date.now() + session.replyTimeout;
  let recent: number[] = [];
  while (recent.join() !== expected.join()) {
    for (const byte of await receiveUntil(session, deadline, recent.length > 0)) {
      recent = [...recent, byte].slice(-expected.length);
    }
  }
}

/** A device that talks without end, or talks and then stops, is not silent: it is not this chip. */
async function receiveUntil(session: Session, deadline: number, talked: boolean): Promise<Uint8Array> {
  const stranger = () =>
    new SpikecError("SPK-0508", "something answers, but not as a uCaspian does", { where: session.name });
  if (Date.now() > deadline) throw stranger();
  try {
    return await session.receive();
  } catch (error) {
    if (talked && error instanceof SpikecError && error.code === "SPK-0506") throw stranger();
    throw error;
  }
}
