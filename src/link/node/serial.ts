/**
 * A Link over a serial port. serialport's binding is used directly, below its stream class: a read is always pending, so
 * that a device that vanishes is seen at once, idle or not, and no event can go unhandled.
 *
 * Nothing waits for drain(): it never returns when the peer does not read, and whatever matters is acknowledged anyway.
 */
import { SpikecError } from "../../errors/error.ts";
import type { ErrorCode } from "../../errors/table.ts";
import type { Link } from "../link.ts";
import { type BindingPort, readGuarded, type SerialBinding } from "./guarded-port.ts";

const readSize = 65_536;
/** A device that sends this much unread is no board of ours. */
const mostUnread = 16 * 2 ** 20;

/** Loaded only when a serial port is opened: everything else works on machines without its native part. */
async function loadBinding(): Promise<SerialBinding> {
  try {
    return (await import("serialport")).SerialPort.binding;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new SpikecError("SPK-0504", `the package serialport cannot be loaded: ${reason}`, { cause: error });
  }
}

/** The binding's errors are texts of the operating system; which text means what. */
const openingErrors: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/no such (file|device)|file not found|cannot find/i, "SPK-0501", "there is no such port"],
  [
    /cannot lock|resource temporarily unavailable|busy|access denied/i,
    "SPK-0502",
    "another program holds the port",
  ],
  [/permission denied|not permitted/i, "SPK-0503", "this user may not open the port"],
];

function openingError(path: string, error: unknown): SpikecError {
  const message = (error instanceof Error ? error.message : String(error)).replace(/^Error: /, "");
  const details = { where: path, cause: error };
  for (const [pattern, code, what] of openingErrors) {
    if (pattern.test(message)) return new SpikecError(code, what, details);
  }
  return new SpikecError("SPK-0505", `the port cannot be opened: ${message}`, details);
}

function gone(path: string, error: unknown): SpikecError {
  const reason = error instanceof Error ? error.message : String(error);
  return new SpikecError("SPK-0507", `the board is gone: ${reason}`, { where: path, cause: error });
}

function portReadable(path: string, port: BindingPort): ReadableStream<Uint8Array> {
  async function pump(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const buffer = Buffer.allocUnsafe(readSize);
    try {
      for (;;) {
        const count = await readGuarded(port, buffer);
        controller.enqueue(Uint8Array.from(buffer.subarray(0, count)));
        if ((controller.desiredSize ?? 0) < -mostUnread) throw new Error("it sends without end");
      }
    } catch (error) {
      controller.error(gone(path, error));
    }
  }
  const sizes = new ByteLengthQueuingStrategy({ highWaterMark: readSize });
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // Not awaited: it reads for as long as the port is open.
        void pump(controller);
      },
    },
    sizes,
  );
}

function portWritable(path: string, port: BindingPort): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    async write(bytes) {
      try {
        await port.write(Buffer.from(bytes));
      } catch (error) {
        throw gone(path, error);
      }
    },
  });
}

export interface LineOptions {
  readonly baudRate: number;
  /** none where it is left out. */
  readonly parity?: "none" | "even";
}

/**
 * Opens a serial port, 8N1 (8E1 with even parity), locked against other programs that lock too.
 * Throws SPK-0501 (missing), SPK-0502 (busy), SPK-0503 (permission), SPK-0504 (no serialport here), SPK-0505.
 */
export async function openSerialLink(
  path: string,
  { baudRate, parity = "none" }: LineOptions,
): Promise<Link> {
  const binding = await loadBinding();
  const port: BindingPort = await binding.open({ path, baudRate, parity }).catch((error: unknown) => {
    throw openingError(path, error);
  });
  return {
    name: path,
    readable: portReadable(path, port),
    writable: portWritable(path, port),
    async setSignals({ dataTerminalReady, requestToSend }) {
      const signals = {
        ...(dataTerminalReady === undefined ? {} : { dtr: dataTerminalReady }),
        ...(requestToSend === undefined ? {} : { rts: requestToSend }),
      };
      // Pseudo-terminals and some adapters have no such lines.
      await port.set(signals).catch(() => {});
    },
    async setBaudRate(rate) {
      await port.update({ baudRate: rate }).catch((error: unknown) => {
        throw openingError(path, error);
      });
    },
    async close() {
      if (port.isOpen) await port.close().catch(() => {});
    },
  };
}
