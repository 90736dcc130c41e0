/** Run: a Device on a flashed board. Every input spike is an AER event, served when the chip is idle. */
import { SpikecError } from "../../src/errors/error.ts";
import type { Link } from "../../src/link/link.ts";
import type { ChipEvents, Device, Image, Stimulus, WireOptions } from "../../src/target/target.ts";
import { type FamilyChip, leakAddress, neuronCount } from "./chip.ts";
import { resetName } from "./emit.ts";
import { framesOf } from "./flash.ts";
import { openProgrammer, type Programmer } from "./programmer.ts";

/** Events sent at once; their answers fit any buffer unless nearly all neurons fire for each. */
const batchOfEvents = 256;

interface TimedEvent {
  readonly step: number;
  readonly event: number;
}

function timedEvents(family: FamilyChip, stimulus: Stimulus, steps: number): TimedEvent[] {
  return Array.from({ length: steps }, (_, step) => stimulus.charges[step] ?? []).flatMap((charges, step) =>
    charges.map(([address]) => {
      if (address === leakAddress) return { step, event: family.leakOfAll };
      if (!Number.isInteger(address) || address < 0 || address >= neuronCount)
        throw new SpikecError(
          "SPK-0403",
          `a spike for address ${address}: the chip has 0..${neuronCount - 1}`,
        );
      return { step, event: family.spikeOf(address) };
    }),
  );
}

async function runEvents(
  programmer: Programmer,
  events: readonly TimedEvent[],
  steps: number,
): Promise<ChipEvents> {
  const addresses: number[][] = Array.from({ length: steps }, () => []);
  for (let first = 0; first < events.length; first += batchOfEvents) {
    const batch = events.slice(first, first + batchOfEvents);
    const outputs = await programmer.serve(batch.map(({ event }) => event));
    for (const [i, output] of outputs.entries()) addresses[batch[i].step].push(...output);
  }
  return { steps, addresses };
}

/** reset() writes the starting membranes over SPI, two frames a neuron: the chip has no command for it. */
export async function openDevice(
  family: FamilyChip,
  link: Link,
  image: Image,
  options: WireOptions = {},
): Promise<Device> {
  const reset = framesOf(image, family.chip.name, resetName);
  const programmer = await openProgrammer(link, family.chip.name, options);
  return {
    async reset() {
      for (let at = 0; at < reset.length; at += programmer.largestWrite)
        await programmer.write(reset.subarray(at, at + programmer.largestWrite));
    },
    run: (stimulus, steps) => runEvents(programmer, timedEvents(family, stimulus, steps), steps),
    async close() {
      programmer.session.release();
    },
  };
}
