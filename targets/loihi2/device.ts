/**
 * The emulated chip: loads an Image's `.net` as lava-dl does and steps it as Lava's fixed-point processes do (mode `lava`) or
 * as nengo-loihi's emulator does (mode `nengo`). It sees the Image's bytes and nothing else of the compiler.
 */
import { SpikecError } from "../../src/errors/error.ts";
import { readNet } from "../../src/import/netx/format/read-net.ts";
import type { ChipEvents, Device, Image, Stimulus } from "../../src/target/target.ts";
import { loadLayers } from "./core/load.ts";
import { createMachine, type Machine } from "./core/machine.ts";
import { type Manifest, manifestName, netName, parseManifest } from "./manifest.ts";

function artifactOf(image: Image, name: string): Uint8Array {
  const artifact = image.artifacts.find((candidate) => candidate.name === name);
  if (artifact === undefined)
    throw new SpikecError("SPK-0404", `the image has no ${name}`, { where: image.target });
  return artifact.bytes;
}

function checkAddresses(manifest: Manifest, machine: Machine): void {
  const fits =
    manifest.layers.length === machine.layers.length &&
    manifest.layers.every(({ count }, k) => count === machine.layers[k].neurons.size);
  if (!fits)
    throw new SpikecError("SPK-0404", "manifest and .net have different layers", { where: manifestName });
}

/** Throws SPK-0404, SPK-0112 or SPK-0113 for an image that cannot be loaded. */
export async function createLoihiDevice(image: Image): Promise<Device> {
  const manifest = parseManifest(artifactOf(image, manifestName));
  const net = await readNet(artifactOf(image, netName), netName);
  const { input_message_bits, reset_interval, reset_offset, spike_exp } = manifest.netx;
  const machine = createMachine(
    loadLayers(net, {
      mode: manifest.mode,
      inputMessageBits: input_message_bits,
      resetInterval: reset_interval,
      resetOffset: reset_offset,
      spikeExponent: spike_exp,
      inputShape: null,
      inputBias: null,
    }),
  );
  checkAddresses(manifest, machine);
  const { input, layers } = manifest;
  const values = new Int32Array(input.count);

  function feed(charges: Stimulus["charges"][number]): void {
    values.fill(0);
    for (const [address, value] of charges) {
      if (!(address >= 0 && address < input.count))
        throw new SpikecError("SPK-0403", `input address ${address} of ${input.count}`, {
          where: input.name,
        });
      values[address] += value;
    }
  }

  function membranes(): [number, number][] {
    return layers.flatMap(({ first, shown }, k) => {
      if (shown === null) return [];
      const { [shown]: values = [] } = machine.layers[k].neurons.state;
      return Array.from(values, (value, neuron): [number, number] => [first + neuron, value]);
    });
  }

  function run(stimulus: Stimulus, steps: number): ChipEvents {
    const addresses: number[][] = [];
    const sent: number[][] = [];
    for (let step = 0; step < steps; step++) {
      feed(stimulus.charges[step] ?? []);
      machine.step(values);
      addresses.push([]);
      sent.push([]);
      layers.forEach(({ first, reported }, k) => {
        if (!reported) return;
        machine.sent[k].forEach((value, neuron) => {
          if (value === 0) return;
          addresses[step].push(first + neuron);
          sent[step].push(value);
        });
      });
    }
    return { steps, addresses, values: sent, membranes: membranes() };
  }

  return {
    async reset() {
      machine.reset();
    },
    run: async (stimulus, steps) => run(stimulus, steps),
    async close() {},
  };
}
