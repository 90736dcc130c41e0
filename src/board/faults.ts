/**
 * Faults on request, on the board's end of a wire: what a broken board or cable does to the bytes that it sends.
 * A fault strikes at a byte of the board's replies, counted from 0; faults combine.
 */
import { SpikecError } from "../errors/error.ts";
import type { Link } from "../link/link.ts";

export interface Fault {
  /**
   * silent: nothing is sent from that byte on. disconnect: the wire breaks before it. flip: its lowest bit is inverted.
   * drop: it is left out.
   */
  readonly kind: "silent" | "disconnect" | "flip" | "drop";
  readonly byte: number;
}

const kinds: readonly Fault["kind"][] = ["silent", "disconnect", "flip", "drop"];

/** Reads `silent`, `silent@N`, `disconnect@N`, `flip@N`, `drop@N`. Throws SPK-0511. */
export function parseFault(text: string): Fault {
  const [name, byte = "0", ...rest] = text.split("@");
  const kind = kinds.find((candidate) => candidate === name);
  if (kind === undefined || rest.length > 0 || !/^\d{1,15}$/.test(byte)) {
    throw new SpikecError("SPK-0511", `${JSON.stringify(text)} is no fault`);
  }
  return { kind, byte: Number(byte) };
}

/** What is left of one byte: null when it is lost. */
function damaged(byte: number, position: number, faults: readonly Fault[]): number | null {
  let result = byte;
  for (const { kind, byte: at } of faults) {
    if (kind === "silent" && position >= at) return null;
    if (kind === "drop" && position === at) return null;
    if (kind === "flip" && position === at) result ^= 1;
  }
  return result;
}

/** The board's end of a wire with faults; without any it is the link itself. */
export function withFaults(link: Link, faults: readonly Fault[]): Link {
  if (faults.length === 0) return link;
  const breakAt = Math.min(
    ...faults.map(({ kind, byte }) => (kind === "disconnect" ? byte : Number.POSITIVE_INFINITY)),
  );
  const writer = link.writable.getWriter();
  let position = 0;
  const writable = new WritableStream<Uint8Array>({
    async write(bytes) {
      const kept = [...bytes.subarray(0, Math.max(0, breakAt - position))]
        .map((byte, k) => damaged(byte, position + k, faults))
        .filter((byte) => byte !== null);
      position += bytes.length;
      if (kept.length > 0) await writer.write(Uint8Array.from(kept));
      if (position > breakAt) await link.close();
    },
  });
  return { ...link, writable };
}
