/**
 * The emulated chip, configured from the dump of its memories alone, or, where an Image has none, from the maker's JSON. Like the
 * maker's boards in accelerated time it takes spikes a channel and step, and gives the spikes of all neurons and the membranes after
 * the last step. Outputs are numbered behind the hidden neurons that the chip has.
 */
import { SpikecError } from "../../src/errors/error.ts";
import type { ChipEvents, Device, Image, Stimulus } from "../../src/target/target.ts";
import { createCore } from "./core.ts";
import { readJson } from "./read-json.ts";
import { readRam } from "./read-ram.ts";

export function createDevice(image: Image, hiddenLimit: number): Device {
  const decoder = new TextDecoder();
  const files = new Map(image.artifacts.map(({ name, bytes }) => [name, decoder.decode(bytes)]));
  const json = files.get("configuration.json");
  const configuration =
    files.has("basic_config.json") || json === undefined ? readRam(files) : readJson(json);
  const channels = configuration.inputSynapses.length;
  if (configuration.hidden.length > hiddenLimit)
    throw new SpikecError(
      "SPK-0404",
      `${configuration.hidden.length} hidden neurons; the chip has ${hiddenLimit}`,
      {
        where: "basic_config.json",
      },
    );
  const core = createCore(configuration);
  const spikes = new Int32Array(channels);

  function feed(charges: Stimulus["charges"][number]): void {
    spikes.fill(0);
    for (const [channel, count] of charges) {
      if (!(channel >= 0 && channel < channels))
        throw new SpikecError("SPK-0403", `input channel ${channel} of ${channels}`, { where: image.target });
      spikes[channel] += count;
    }
  }

  return {
    async reset() {
      core.reset();
    },
    async run(stimulus: Stimulus, steps: number): Promise<ChipEvents> {
      const addresses: number[][] = [];
      const values: number[][] = [];
      for (let step = 0; step < steps; step++) {
        feed(stimulus.charges[step] ?? []);
        core.step(spikes);
        const [fired, counts]: [number[], number[]] = [[], []];
        const report = (first: number, sent: Uint8Array) =>
          sent.forEach((count, id) => {
            if (count === 0) return;
            fired.push(first + id);
            counts.push(count);
          });
        report(0, core.hiddenSpikes);
        report(hiddenLimit, core.outputSpikes);
        addresses.push(fired);
        values.push(counts);
      }
      const membranes = Array.from(core.outputMembranes, (v, id): [number, number] => [hiddenLimit + id, v]);
      return { steps, addresses, values, membranes };
    },
    async close() {},
  };
}
