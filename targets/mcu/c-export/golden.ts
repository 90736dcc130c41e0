/** golden.h: inputs of some steps and every spike that the simulator gives for them, for host_test.c. */
import { pack, u16 } from "../../../src/link/loader/bytes.ts";
import { valuedFlag } from "../../../src/link/loader/protocol.ts";
import type { SpikeTrain } from "../../../src/network/spikes.ts";
import type { Stimulus } from "../../../src/target/target.ts";
import type { McuPlacement } from "../place.ts";
import { arrayOf } from "./arrays.ts";

/** What a run is compared with: the simulator's spikes of all populations, and its membranes of the readout. */
export interface GoldenRun {
  readonly stimulus: Stimulus;
  readonly train: SpikeTrain;
}

function entriesOf(charges: Stimulus["charges"][number]): Uint8Array {
  return pack(charges.flatMap(([address, value]) => [u16(address), u16(value & 0xffff)]));
}

/** A bit a neuron, population by population, each in whole bytes. */
function bitmapOf({ parts, network }: McuPlacement, train: SpikeTrain, step: number): number[] {
  return parts.populations.flatMap(({ neurons }, index) => {
    const bytes = new Array<number>(Math.ceil(neurons / 8)).fill(0);
    const events = train.events.get(network.populations[index].name);
    if (events === undefined) return bytes;
    for (let event = events.offsets[step]; event < events.offsets[step + 1]; event++)
      bytes[events.neurons[event] >> 3] |= 1 << (events.neurons[event] & 7);
    return bytes;
  });
}

export function goldenHeader(placement: McuPlacement, { stimulus, train }: GoldenRun): string {
  const entries = Array.from({ length: train.steps }, (_, step) => entriesOf(stimulus.charges[step] ?? []));
  const inputs = [...entries.flatMap((bytes) => [...bytes]), 0];
  const lengths = entries.map(({ length }) => length);
  const bitmaps = Array.from({ length: train.steps }, (_, step) => bitmapOf(placement, train, step));
  return [
    "/* Inputs of some steps (pairs of u16 address and i16 value) and the simulator's spikes (a bit a neuron, layer by layer). */",
    `#define GOLDEN_STEPS ${train.steps}`,
    `#define GOLDEN_FLAGS ${valuedFlag}`,
    arrayOf("uint32_t", "golden_lengths", lengths),
    "/* Bytes that lie as words do. */",
    `static const union {\n    uint32_t word;\n    uint8_t bytes[${inputs.length}];\n} golden_words = {.bytes = {\n    ${inputs.join(", ")}\n}};`,
    "#define golden_inputs golden_words.bytes",
    arrayOf("uint8_t", "golden_spikes", bitmaps.flat()),
  ].join("\n");
}
