/**
 * serialport's binding with its blind spot covered: on Unix a read of 0 bytes means that the device is gone, where the
 * binding would read again and again, at full CPU load and without ever reporting it.
 */
import { read as readDescriptor } from "node:fs";
import type { SerialPort } from "serialport";

export type SerialBinding = typeof SerialPort.binding;
export type BindingPort = Awaited<ReturnType<SerialBinding["open"]>>;

/** What the Unix ports have besides the common interface: a descriptor and a way to wait for it. */
interface UnixPort {
  readonly fd: number | null;
  readonly poller: { once(event: "readable", listener: (error: Error | null) => void): void };
}

function isUnixPort(port: object): port is UnixPort {
  return "fd" in port && "poller" in port && typeof port.fd === "number";
}

function descriptorOf(port: UnixPort): number {
  if (port.fd === null) throw new Error("the port was closed");
  return port.fd;
}

/** Bytes read, or null when none are there yet. The descriptor does not block. */
function readNow(descriptor: number, buffer: Buffer): Promise<number | null> {
  return new Promise((resolve, reject) => {
    readDescriptor(descriptor, buffer, 0, buffer.length, null, (error, count) => {
      if (error === null) resolve(count);
      else if (["EAGAIN", "EWOULDBLOCK", "EINTR"].includes(error.code ?? "")) resolve(null);
      else reject(error);
    });
  });
}

function untilReadable({ poller }: UnixPort): Promise<void> {
  return new Promise((resolve, reject) => {
    poller.once("readable", (error) => (error ? reject(error) : resolve()));
  });
}

/** Waits for bytes and returns how many came; rejects when the device is gone or the port was closed. */
export async function readGuarded(port: BindingPort, buffer: Buffer): Promise<number> {
  if (!isUnixPort(port)) return (await port.read(buffer, 0, buffer.length)).bytesRead;
  for (;;) {
    const count = await readNow(descriptorOf(port), buffer);
    if (count === 0) throw new Error("the device is gone (end of file)");
    if (count !== null) return count;
    // The port may have been closed during the read, and waiting on the poller of a closed port ends the process.
    descriptorOf(port);
    await untilReadable(port);
  }
}
