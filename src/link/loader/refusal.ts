/** A status that is not OK, as an error that a person can act on. */
import { SpikecError } from "../../errors/error.ts";
import type { ErrorCode } from "../../errors/table.ts";
import type { Answer } from "./connection.ts";
import { imageFaults, statuses } from "./protocol.ts";

const meanings: ReadonlyMap<number, readonly [ErrorCode, string]> = new Map<number, [ErrorCode, string]>([
  [statuses.differs, ["SPK-0514", "the flash holds something else than was sent"]],
  [statuses.wrongPlace, ["SPK-0508", "the board is at another place of the upload or of the run"]],
  [statuses.tooLarge, ["SPK-0516", "the image is larger than a slot of the board"]],
  [statuses.noNetwork, ["SPK-0515", "the board holds no network"]],
  [statuses.unknownOperation, ["SPK-0508", "the board does not know this operation"]],
  [statuses.malformed, ["SPK-0508", "the board calls the question malformed"]],
  [statuses.flashFailed, ["SPK-0514", "writing to the flash failed"]],
  [statuses.selfTestFailed, ["SPK-0517", "the board's spikes differ from the golden ones of the image"]],
  [statuses.nothingBegun, ["SPK-0508", "the board knows of no upload or run: was it restarted?"]],
  [statuses.unsupported, ["SPK-0508", "the board cannot do this"]],
]);

const imageReasons: ReadonlyMap<number, string> = new Map([
  [imageFaults.notAnImage, "it is no network image"],
  [imageFaults.unknownVersion, "it has a format version that the firmware does not know"],
  [imageFaults.malformed, "its tables contradict one another"],
  [imageFaults.tooLittleMemory, "its state needs more memory than the board has"],
  [imageFaults.unknownPart, "it uses a part that the firmware was built without"],
]);

/** `doing` ends the sentence "while ...". */
export function refusal({ status, body }: Answer, doing: string, where: string): SpikecError {
  if (status === statuses.imageRefused) {
    const reason = imageReasons.get(body[0]) ?? `reason ${body[0]}`;
    return new SpikecError("SPK-0516", `the board refuses the image: ${reason}`, { where });
  }
  const [code, what] = meanings.get(status) ?? (["SPK-0508", `unknown status ${status}`] as const);
  return new SpikecError(code, `${what} (while ${doing})`, { where });
}

/** The answer's body; throws what its status means. */
export function bodyOf(answer: Answer, doing: string, where: string): Uint8Array {
  if (answer.status !== statuses.ok) throw refusal(answer, doing, where);
  return answer.body;
}

/** Throws SPK-0508 for an answer that is shorter than it must be. */
export function atLeast(body: Uint8Array, length: number, doing: string, where: string): DataView {
  if (body.length < length)
    throw new SpikecError("SPK-0508", `the answer has ${body.length} bytes of ${length} (while ${doing})`, {
      where,
    });
  return new DataView(body.buffer, body.byteOffset, body.byteLength);
}
