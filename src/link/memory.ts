/**
 * A wire in memory: two Links, each end's writable feeding the other end's readable. Writers wait while the far side
 * does not read, as on a real wire with a full buffer.
 */
import { SpikecError } from "../errors/error.ts";
import type { Link } from "./link.ts";

/** Bytes that wait for the reader before a writer has to. */
const bufferSize = 65_536;

/** One direction of the wire. */
interface Pipe {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  end(): void;
}

function createPipe(name: string): Pipe {
  let ended = false;
  let output: ReadableStreamDefaultController<Uint8Array>;
  let continueWriting = () => {};

  function end(): void {
    if (ended) return;
    ended = true;
    output.close();
    continueWriting();
  }

  const readable = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        output = controller;
      },
      pull: () => continueWriting(),
      cancel() {
        ended = true;
        continueWriting();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: bufferSize }),
  );

  const writable = new WritableStream<Uint8Array>({
    async write(bytes) {
      if (ended) throw new SpikecError("SPK-0507", "the far side closed the link", { where: name });
      output.enqueue(bytes.slice());
      while (!ended && (output.desiredSize ?? 0) <= 0) {
        await new Promise<void>((resolve) => {
          continueWriting = resolve;
        });
      }
    },
    close: end,
    abort: end,
  });
  return { readable, writable, end };
}

/** Both ends of a new wire; closing either end closes the wire. */
export function memoryLinks(name = "memory"): [host: Link, board: Link] {
  const toBoard = createPipe(name);
  const toHost = createPipe(name);
  const close = async () => {
    toBoard.end();
    toHost.end();
  };
  return [
    { name, readable: toHost.readable, writable: toBoard.writable, close },
    { name, readable: toBoard.readable, writable: toHost.writable, close },
  ];
}
