/** A Link over Node streams: sockets, terminals, pipes of a child process. */
import type { Readable, Writable } from "node:stream";
import { SpikecError } from "../../errors/error.ts";
import type { Link } from "../link.ts";

function broken(name: string, cause: Error): SpikecError {
  return new SpikecError("SPK-0507", `the connection broke: ${cause.message}`, { where: name, cause });
}

/** Node's own adapters report errors under many names; here every end is either a clean end or SPK-0507. */
function webReadable(name: string, source: Readable): ReadableStream<Uint8Array> {
  let open = true;
  const settle = (action: () => void) => {
    if (open) action();
    open = false;
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      source.on("data", (bytes: Uint8Array) => {
        if (!open) return;
        controller.enqueue(new Uint8Array(bytes));
        if ((controller.desiredSize ?? 0) <= 0) source.pause();
      });
      source.on("error", (error) => settle(() => controller.error(broken(name, error))));
      source.on("end", () => settle(() => controller.close()));
      source.on("close", () => settle(() => controller.close()));
    },
    pull() {
      source.resume();
    },
    cancel() {
      open = false;
    },
  });
}

function webWritable(name: string, sink: Writable): WritableStream<Uint8Array> {
  sink.on("error", () => {
    // Each write reports its own failure; without a listener the process would end here.
  });
  return new WritableStream<Uint8Array>({
    write(bytes) {
      return new Promise((resolve, reject) => {
        sink.write(bytes, (error) => (error ? reject(broken(name, error)) : resolve()));
      });
    },
  });
}

/** `source` and `sink` may be one stream. `close` ends both. */
export function streamLink(name: string, source: Readable, sink: Writable, close: () => Promise<void>): Link {
  return { name, readable: webReadable(name, source), writable: webWritable(name, sink), close };
}
