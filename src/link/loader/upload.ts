/**
 * Upload: an image into the slot that is not in use. BEGIN says what comes and where to go on, DATA brings it, COMMIT has the
 * board read its flash back and write the slot's header, TRIAL runs the golden spikes, CONFIRM makes it the one to start with.
 * Until CONFIRM is through, a board that loses power starts with its old network.
 */
import { SpikecError } from "../../errors/error.ts";
import { pack, u8, u32, u32At } from "./bytes.ts";
import type { LoaderConnection } from "./connection.ts";
import { crc32 } from "./crc32.ts";
import type { BoardDescription } from "./description.ts";
import type { LoaderEvent } from "./events.ts";
import { frameOverhead } from "./frame.ts";
import { operations, resumeFlag, statuses } from "./protocol.ts";
import { atLeast, bodyOf, refusal } from "./refusal.ts";

export interface UploadOptions {
  /** Go on where an upload of the same image was cut off. */
  readonly resume?: boolean | undefined;
  readonly onEvent?: ((event: LoaderEvent) => void) | undefined;
}

export interface UploadResult {
  readonly bytes: number;
  readonly resumedAt: number;
  /** Frames that brought data, each acknowledged. */
  readonly frames: number;
  readonly crc: number;
  /** Steps of the golden spikes that the board ran; 0 for an image without any. */
  readonly testedSteps: number;
}

/** Bytes of an offset in front of the data. */
const offsetBytes = 4;

/** As much data as a frame takes, in whole granules. */
export function dataSize({ maxFrame, granule }: Pick<BoardDescription, "maxFrame" | "granule">): number {
  const room = maxFrame - frameOverhead - offsetBytes;
  return Math.floor(room / granule) * granule;
}

async function begin(
  connection: LoaderConnection,
  image: Uint8Array,
  crc: number,
  resume: boolean,
): Promise<number> {
  const doing = "beginning the upload";
  const flags = resume ? resumeFlag : 0;
  const answer = await connection.ask(operations.begin, pack([u32(image.length), u32(crc), u8(flags)]));
  const offset = atLeast(bodyOf(answer, doing, connection.name), 4, doing, connection.name).getUint32(
    0,
    true,
  );
  if (offset <= image.length) return offset;
  throw new SpikecError("SPK-0508", `the board wants to go on at byte ${offset} of ${image.length}`, {
    where: connection.name,
  });
}

async function send(
  connection: LoaderConnection,
  image: Uint8Array,
  from: number,
  board: BoardDescription,
  onWritten: (bytes: number) => void,
): Promise<number> {
  const size = dataSize(board);
  const { name } = connection;
  if (size === 0) throw new SpikecError("SPK-0508", "a frame of the board takes no granule", { where: name });
  const count = Math.ceil((image.length - from) / size);
  const offsetOf = (index: number) => Math.min(image.length, from + index * size);
  await connection.pipeline({
    count,
    window: board.window,
    question: (index) => ({
      operation: operations.data,
      payload: pack([u32(offsetOf(index))], image.subarray(offsetOf(index), offsetOf(index + 1))),
    }),
    accept(index, answer) {
      const expected = u32At(answer.body, 0);
      if (answer.status !== statuses.ok && answer.status !== statuses.wrongPlace)
        throw refusal(answer, `writing byte ${offsetOf(index)}`, name);
      if (expected === null || expected < from || expected > image.length || !isBoundary(expected - from))
        throw new SpikecError("SPK-0508", `the board expects byte ${expected}, which begins no frame`, {
          where: name,
        });
      onWritten(expected);
      return expected === image.length ? count : (expected - from) / size;
    },
  });
  return count;

  function isBoundary(written: number): boolean {
    return written % size === 0 || from + written === image.length;
  }
}

/** Has the board compare its flash with the announced CRC, and write the slot's header. */
async function commit(connection: LoaderConnection, image: Uint8Array, crc: number): Promise<void> {
  const doing = "reading the flash back";
  const answer = await connection.ask(operations.commit, pack([u32(image.length), u32(crc)]));
  const found = atLeast(bodyOf(answer, doing, connection.name), 4, doing, connection.name).getUint32(0, true);
  if (found !== crc) throw refusal({ ...answer, status: statuses.differs }, doing, connection.name);
}

/** Runs the image's golden spikes on the board; then it starts with this network from now on. */
async function tryOut(connection: LoaderConnection, crc: number): Promise<number> {
  const doing = "testing the network";
  const answer = await connection.ask(operations.trial, pack([u32(crc)]));
  const steps = atLeast(bodyOf(answer, doing, connection.name), 4, doing, connection.name).getUint32(0, true);
  bodyOf(
    await connection.ask(operations.confirm, pack([u32(crc)])),
    "confirming the network",
    connection.name,
  );
  return steps;
}

/** Throws SPK-0514 .. SPK-0517 when the board cannot take the image; it then keeps its old network. */
export async function upload(
  connection: LoaderConnection,
  image: Uint8Array,
  board: BoardDescription,
  { resume = false, onEvent = () => {} }: UploadOptions = {},
): Promise<UploadResult> {
  const { name } = connection;
  if (image.length > board.slotSize) {
    const what = `the image has ${image.length} bytes, a slot of the board ${board.slotSize}`;
    throw new SpikecError("SPK-0516", what, { where: name });
  }
  const crc = crc32(image);
  const total = image.length;
  const resumedAt = await begin(connection, image, crc, resume);
  onEvent({ kind: "preparing", resumedAt });
  onEvent({ kind: "writing", bytes: resumedAt, total });
  const frames = await send(connection, image, resumedAt, board, (bytes) =>
    onEvent({ kind: "writing", bytes, total }),
  );
  onEvent({ kind: "verifying" });
  await commit(connection, image, crc);
  const testedSteps = await tryOut(connection, crc);
  onEvent({ kind: "testing", steps: testedSteps });
  onEvent({ kind: "finished", bytes: total });
  return { bytes: total, resumedAt, frames, crc, testedSteps };
}
