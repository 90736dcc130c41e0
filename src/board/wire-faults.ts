/** The board's end of a wire with faults. */
import type { Link } from "../link/link.ts";
import type { DelayFault, Fault, WireFault } from "./faults.ts";
import { createNoise, type Noise } from "./noise.ts";

const wireKinds = ["silent", "disconnect", "flip", "drop", "duplicate"];
const isWireFault = (fault: Fault): fault is WireFault => wireKinds.includes(fault.kind);
const isDelay = (fault: Fault): fault is DelayFault => fault.kind === "delay";

/** What is left of one byte: none when it is lost, two when it is sent twice. */
function damaged(byte: number, position: number, faults: readonly WireFault[]): number[] {
  let result = byte;
  let copies = 1;
  for (const { kind, byte: at } of faults) {
    if (kind === "silent" && position >= at) return [];
    if (position !== at) continue;
    if (kind === "drop") return [];
    if (kind === "flip") result ^= 1;
    if (kind === "duplicate") copies = 2;
  }
  return new Array(copies).fill(result);
}

function noisyReadable(readable: ReadableStream<Uint8Array>, noise: Noise): ReadableStream<Uint8Array> {
  const transform = new TransformStream<Uint8Array, Uint8Array>({
    transform: (bytes, controller) => controller.enqueue(noise(bytes)),
  });
  return readable.pipeThrough(transform);
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Without faults of the wire it is the link itself. onBroken: called once when it disconnects. */
export function withFaults(link: Link, faults: readonly Fault[], onBroken = () => {}): Link {
  const wireFaults = faults.filter(isWireFault);
  const delays = faults.filter(isDelay);
  const [outgoing, incoming] = [createNoise(faults, 1), createNoise(faults, 2)];
  if (wireFaults.length + delays.length === 0 && outgoing === null) return link;
  const breakAt = Math.min(
    ...wireFaults.map(({ kind, byte }) => (kind === "disconnect" ? byte : Number.POSITIVE_INFINITY)),
  );
  const writer = link.writable.getWriter();
  let position = 0;

  async function write(bytes: Uint8Array): Promise<void> {
    const late = delays.filter(({ byte }) => byte >= position && byte < position + bytes.length);
    const kept = [...bytes.subarray(0, Math.max(0, breakAt - position))].flatMap((byte, k) =>
      damaged(byte, position + k, wireFaults),
    );
    position += bytes.length;
    for (const { milliseconds } of late) await pause(milliseconds);
    const sent = outgoing === null ? Uint8Array.from(kept) : outgoing(Uint8Array.from(kept));
    if (sent.length > 0) await writer.write(sent);
    if (position <= breakAt) return;
    await link.close();
    onBroken();
  }

  const readable = incoming === null ? link.readable : noisyReadable(link.readable, incoming);
  return { ...link, readable, writable: new WritableStream<Uint8Array>({ write }) };
}
