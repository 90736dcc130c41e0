/**
 * The golden spikes of an image: a few steps of chance inputs and the digest of the spikes that they cause. They are computed by
 * the machine of the model board when the image is made; tests hold that machine to the simulator, spike by spike.
 */
import { pack, u16 } from "../../../src/link/loader/bytes.ts";
import { valuedFlag } from "../../../src/link/loader/protocol.ts";
import { digestRows } from "../machine/digest.ts";
import { createMachine } from "../machine/machine.ts";
import { readProgram } from "../machine/program.ts";
import { encodeImage } from "./encode.ts";
import type { ImageParts, SelfTestStep } from "./parts.ts";

const mostSteps = 8;
/** So that the record stays small beside the network, whatever the size of its input. */
const mostInputs = 48;

/** Marsaglia, Xorshift RNGs, 2003: shifts 13, 17, 5. Whole numbers below `limit`. */
function createDice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Every third address or so fires; values are small numbers of either sign, as centred pixels are. */
function stepOf({ inputs }: ImageParts, dice: (limit: number) => number): SelfTestStep {
  const entries: [address: number, value: number][] = [];
  const addresses = inputs.reduce((sum, { count }) => sum + count, 0);
  const spacing = Math.max(3, Math.ceil(addresses / mostInputs));
  let first = 0;
  for (const { count, kind } of inputs) {
    for (let i = dice(spacing); i < count; i += 1 + dice(2 * spacing - 1))
      entries.push([first + i, kind === "values" ? dice(127) + 1 : 1]);
    first += count;
  }
  const valued = entries.some(([, value]) => value !== 1);
  const fields = entries.flatMap(([address, value]) =>
    valued ? [u16(address), u16(value)] : [u16(address)],
  );
  return { flags: valued ? valuedFlag : 0, entries: pack(fields) };
}

/** The image's bytes, golden spikes included. */
export function withSelfTest(parts: ImageParts): Uint8Array {
  const dice = createDice(0x5eed1);
  const steps = Array.from({ length: Math.min(parts.steps, mostSteps) }, () => stepOf(parts, dice));
  const program = readProgram(encodeImage(parts), Number.POSITIVE_INFINITY);
  const machine = createMachine(program);
  let digest = 0;
  for (const { flags, entries } of steps) {
    machine.enter(flags, entries);
    digest = digestRows(digest, machine.run());
  }
  return encodeImage({ ...parts, selfTest: { steps, digest } });
}
