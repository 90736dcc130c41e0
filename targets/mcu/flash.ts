/** Flash: the network image into the board's spare slot over the loader protocol, read back by CRC, tried out and confirmed. */
import { SpikecError } from "../../src/errors/error.ts";
import type { Link } from "../../src/link/link.ts";
import { changeBaudRate } from "../../src/link/loader/baud-rate.ts";
import { connect } from "../../src/link/loader/connection.ts";
import type { LoaderEvent } from "../../src/link/loader/events.ts";
import { hello } from "../../src/link/loader/hello.ts";
import { upload } from "../../src/link/loader/upload.ts";
import type { FlashResult, Image, WireOptions } from "../../src/target/target.ts";
import { readImage } from "./emit.ts";
import { partsMissing, partsNeeded } from "./firmware-parts.ts";

/** The firmware says which parts of the law it has, and the image which it needs: nothing is sent where they do not fit. */
function refuseMissingParts(image: Uint8Array, there: number, target: string, where: string): void {
  const missing = partsMissing(partsNeeded(image), there);
  if (missing.length === 0) return;
  throw new SpikecError("SPK-0524", `the board's firmware was built without ${missing.join("; ")}`, {
    where,
    advice: `Give it one that has them: spikec flash --firmware --parts whole --target ${target}. It keeps its old network.`,
  });
}

/** Throws SPK-0404 for a foreign image, SPK-05xx when the board cannot take it; it then keeps its old network. */
export async function flash(
  link: Link,
  image: Image,
  target: string,
  options: WireOptions = {},
): Promise<FlashResult> {
  const { bytes } = readImage(image, target);
  const { onProgress, onEvent, resume, baudRate } = options;
  const tell = (event: LoaderEvent) => {
    onEvent?.(event);
    if (event.kind === "writing") onProgress?.({ bytesSent: event.bytes, bytesTotal: event.total });
  };
  const connection = connect(link, options);
  try {
    tell({ kind: "connecting" });
    const board = await hello(connection, target);
    tell({ kind: "connected", board: board.board, build: board.build });
    refuseMissingParts(bytes, board.parts, target, link.name);
    const rates = { from: board.baudRate, to: Math.min(baudRate ?? board.baudRate, board.maxBaudRate) };
    const rate = await changeBaudRate(connection, link, rates);
    const { resumedAt, frames } = await upload(connection, bytes, board, { resume, onEvent: tell });
    await changeBaudRate(connection, link, { from: rate, to: board.baudRate });
    return { bytes: bytes.length, verified: "read back", acknowledgements: frames, resumedAt };
  } finally {
    connection.release();
  }
}
