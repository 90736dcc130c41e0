/**
 * The emulated grid, configured from an Image's files alone: the cores from their memory files, as the hardware loads them, with
 * words of 9 bits; size and output bus from the simulator's JSON. Packets are the hardware's words of 30 bits.
 */
import { SpikecError } from "../../src/errors/error.ts";
import type { ChipEvents, Device, Image, Stimulus } from "../../src/target/target.ts";
import { type CoreRows, createGrid, type Grid } from "./grid.ts";
import { readRancJson } from "./read-json.ts";
import { readCoreMemory, readPacketWord } from "./read-memory.ts";

const hardwareBits = 9;

function textOf(image: Image, name: string): string {
  const artifact = image.artifacts.find((candidate) => candidate.name === name);
  if (artifact === undefined) throw new SpikecError("SPK-0404", `the image holds no ${name}`);
  return new TextDecoder().decode(artifact.bytes);
}

function jsonOf(image: Image, name: string): unknown {
  try {
    return JSON.parse(textOf(image, name));
  } catch (error) {
    if (error instanceof SpikecError) throw error;
    throw new SpikecError("SPK-0404", "the file is no JSON", { where: name, cause: error });
  }
}

/** Every csram file with its types, placed by its number. */
function coresOf(image: Image, width: number, height: number): CoreRows[] {
  const cores: CoreRows[] = [];
  for (const { name } of image.artifacts) {
    const number = /^csram_(\d{3,5})\.mem$/.exec(name)?.[1];
    if (number === undefined) continue;
    const [x, y] = [Number(number) % width, Math.floor(Number(number) / width)];
    if (y >= height)
      throw new SpikecError("SPK-0404", `there is no core ${number} on the grid`, { where: name });
    const types = `tc_${number}.mem`;
    const file = (part: string) => ({ name: part, text: textOf(image, part) });
    cores.push(readCoreMemory(x, y, file(name), file(types)));
  }
  if (cores.length === 0) throw new SpikecError("SPK-0404", "the image holds no csram file");
  return cores;
}

/** The grid as synthesis would build it. Throws SPK-0404 with file and place where the Image is damaged. */
export function gridOf(image: Image): Grid {
  const { configuration } = readRancJson(jsonOf(image, "config.json"), jsonOf(image, "network.json"));
  const cores = coresOf(image, configuration.width, configuration.height);
  return createGrid({ ...configuration, cores, negativeInclusive: false, potentialBits: hardwareBits });
}

/** charges[k]: packets as words, put in before tick k + 1. Step k is tick k; step 0 of a fresh grid has no tick. */
export function createDevice(image: Image): Device {
  const grid = gridOf(image);
  let fresh = true;
  return {
    async reset() {
      grid.reset();
      fresh = true;
    },
    async run(stimulus: Stimulus, steps: number): Promise<ChipEvents> {
      const addresses: (readonly number[])[] = [];
      for (let step = 0; step < steps; step++) {
        addresses.push(fresh ? [] : grid.tick());
        fresh = false;
        for (const [word] of stimulus.charges[step] ?? []) grid.receive(readPacketWord(word));
      }
      return { steps, addresses };
    },
    async close() {},
  };
}
