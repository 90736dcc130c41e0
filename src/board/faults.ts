/**
 * Faults on request: what a broken board or cable does. Those of the wire strike at a byte of the board's replies, counted from 0;
 * noise strikes a share of all frames in both directions; those of the board itself strike at a byte that it receives, or in the
 * middle of its flash work. Faults combine.
 */
import { SpikecError } from "../errors/error.ts";

export interface WireFault {
  /**
   * silent: nothing is sent from that byte on. disconnect: the wire breaks before it. flip: its lowest bit is inverted.
   * drop: it is left out. duplicate: it is sent twice.
   */
  readonly kind: "silent" | "disconnect" | "flip" | "drop" | "duplicate";
  readonly byte: number;
}

/** Everything from this byte on comes later. */
export interface DelayFault {
  readonly kind: "delay";
  readonly byte: number;
  readonly milliseconds: number;
}

/** One byte in so many percent of the frames (bytes up to a zero) of either direction. */
export interface NoiseFault {
  readonly kind: "noise";
  readonly strike: "flip" | "drop" | "duplicate";
  readonly percent: number;
}

export interface BoardFault {
  /**
   * power: the power goes before this byte that the board receives. powerInFlash: after so many bytes of flash work.
   * wornFlash: from so many bytes on the flash takes nothing.
   */
  readonly kind: "power" | "powerInFlash" | "wornFlash";
  readonly byte: number;
}

export type Fault = WireFault | DelayFault | NoiseFault | BoardFault;

const defaultDelay = 1000;

const byteKinds: Readonly<Record<string, Exclude<Fault, NoiseFault | DelayFault>["kind"]>> = {
  silent: "silent",
  disconnect: "disconnect",
  flip: "flip",
  drop: "drop",
  duplicate: "duplicate",
  power: "power",
  "power-flash": "powerInFlash",
  "worn-flash": "wornFlash",
};

function isStrike(name: string): name is NoiseFault["strike"] {
  return name === "flip" || name === "drop" || name === "duplicate";
}

/**
 * Reads `silent`, `silent@N`, `disconnect@N`, `flip@N`, `drop@N`, `duplicate@N`, `delay@N`, `delay@N:MILLISECONDS`, `flip%P`,
 * `drop%P`, `duplicate%P`, `power@N`, `power-flash@N`, `worn-flash@N`. Throws SPK-0511.
 */
export function parseFault(text: string): Fault {
  const [, name, sign, number = "0", , time] =
    /^([a-z-]+)(?:([@%])(\d{1,15})(:(\d{1,6}))?)?$/.exec(text) ?? [];
  const byte = Number(number);
  if (name !== undefined && sign === "%" && isStrike(name) && time === undefined && byte <= 100)
    return { kind: "noise", strike: name, percent: byte };
  if (name === "delay" && sign === "@")
    return { kind: "delay", byte, milliseconds: Number(time ?? defaultDelay) };
  if (name === undefined || !Object.hasOwn(byteKinds, name) || sign === "%" || time !== undefined)
    throw new SpikecError("SPK-0511", `${JSON.stringify(text)} is no fault`);
  return { kind: byteKinds[name], byte };
}
