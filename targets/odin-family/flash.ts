/** Flash: the Image's frames go into the chip, and every byte of memory is read back before the gate opens. */
import { SpikecError } from "../../src/errors/error.ts";
import type { Link } from "../../src/link/link.ts";
import type { FlashResult, Image, WireOptions } from "../../src/target/target.ts";
import type { FamilyChip } from "./chip.ts";
import { programName } from "./emit.ts";
import { frameBytes, readBackOf } from "./frames.ts";
import { openProgrammer, type Programmer } from "./programmer.ts";

/** An artifact of whole frames. Throws SPK-0404 when the image is for another target, or it is missing or cut. */
export function framesOf(image: Image, target: string, name: string): Uint8Array {
  if (image.target !== target)
    throw new SpikecError("SPK-0404", `the image is for ${image.target}, the board is a ${target}`);
  const artifact = image.artifacts.find((candidate) => candidate.name === name);
  if (artifact === undefined) throw new SpikecError("SPK-0404", `the image holds no ${name}`);
  if (artifact.bytes.length === 0 || artifact.bytes.length % frameBytes !== 0)
    throw new SpikecError("SPK-0404", "the length is no number of SPI frames", { where: name });
  return artifact.bytes;
}

/** Memory bytes that are read at once between two reports of progress. */
const readBatch = 256;

async function verify(programmer: Programmer, program: Uint8Array): Promise<number> {
  const expected = new Map<string, { request: readonly number[]; expected: number }>();
  for (let at = 0; at < program.length; at += frameBytes) {
    const readBack = readBackOf(program.subarray(at, at + frameBytes));
    if (readBack !== null) expected.set(readBack.request.join(), readBack);
  }
  const checks = [...expected.values()];
  for (let first = 0; first < checks.length; first += readBatch) {
    const batch = checks.slice(first, first + readBatch);
    const found = await programmer.read(batch.map(({ request }) => request));
    const wrong = batch.findIndex((check, i) => check.expected !== found[i]);
    if (wrong < 0) continue;
    const { request, expected: value } = batch[wrong];
    const address = request.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw new SpikecError(
      "SPK-0801",
      `memory read with ${address} gives ${found[wrong]}, written was ${value}`,
      {
        where: programmer.session.name,
        advice:
          "Lower the SPI clock (at most a quarter of the chip's), check the wires and reset the chip: a stray clock shifts every frame after it.",
      },
    );
  }
  return checks.length;
}

export async function flash(
  family: FamilyChip,
  link: Link,
  image: Image,
  options: WireOptions = {},
): Promise<FlashResult> {
  const program = framesOf(image, family.chip.name, programName);
  const report = (bytesSent: number) => options.onProgress?.({ bytesSent, bytesTotal: program.length });
  const programmer = await openProgrammer(link, family.chip.name, options);
  try {
    report(0);
    // The last frame opens the gate, and memories can be read behind a closed one only.
    const body = program.length - frameBytes;
    let acknowledgements = 0;
    for (let at = 0; at < body; at += programmer.largestWrite, acknowledgements++) {
      await programmer.write(program.subarray(at, Math.min(body, at + programmer.largestWrite)));
      report(Math.min(body, at + programmer.largestWrite));
    }
    acknowledgements += await verify(programmer, program.subarray(0, body));
    await programmer.write(program.subarray(body));
    report(program.length);
    return { bytes: program.length, verified: "read back", acknowledgements: acknowledgements + 1 };
  } finally {
    programmer.session.release();
  }
}
