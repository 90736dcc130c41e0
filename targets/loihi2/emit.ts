/** Placement to Image: network.net, which lava-dl loads, and manifest.json with what it is told beside it. */
import type { NetLayer } from "../../src/import/netx/format/net-file.ts";
import { writeNet } from "../../src/import/netx/format/write-net.ts";
import type { Image } from "../../src/target/target.ts";
import type { LoihiChip } from "./chip.ts";
import { type Manifest, manifestName, netName } from "./manifest.ts";
import { isImage, type LoihiPlacement, type PlacedLayer } from "./placement.ts";

/** Biases of one value a channel, where that is all there is: what the file has room for in a convolution. */
function biasOf({ bias, weights }: PlacedLayer): Int32Array | null {
  if (weights === null || bias.every((value) => value === 0)) return null;
  if (weights.kind === "dense") return bias;
  const [channels, height, width] = weights.shape;
  const map = height * width;
  if (bias.every((value, i) => value === bias[Math.floor(i / map) * map]))
    return Int32Array.from({ length: channels }, (_, channel) => bias[channel * map]);
  // One a neuron, in the order of Lava's images: width, height, channel.
  return Int32Array.from({ length: bias.length }, (_, i) => {
    const x = Math.floor(i / (height * channels));
    const y = Math.floor(i / channels) % height;
    return bias[((i % channels) * height + y) * width + x];
  });
}

function netLayer(layer: PlacedLayer): NetLayer {
  const { weights, neuron, recurrent, delay, shape } = layer;
  if (weights === null) return { kind: "input", shape, neuron, weight: 64, bias: 0 };
  const bias = biasOf(layer);
  if (weights.kind === "convolution") return { ...weights, bias, neuron };
  const steps = delay === 1 ? null : Int32Array.of(delay - 1);
  return { ...weights, recurrent, bias, delay: steps, neuron };
}

/** All layers, with what lava-dl wants between them. */
function netLayers({ input, layers }: LoihiPlacement): NetLayer[] {
  const found: NetLayer[] = [];
  if (layers[0].weights?.kind === "convolution")
    found.push({ kind: "input", shape: input.shape, neuron: null, weight: 64, bias: 0 });
  layers.forEach((layer, index) => {
    if (index > 0 && isImage(layers[index - 1]) && layer.weights?.kind === "dense")
      found.push({ kind: "flatten" });
    found.push(netLayer(layer));
  });
  return found;
}

/** What Lava shows as the membrane that the network reads. */
function shownOf({ neuron }: PlacedLayer): "v" | "act" | "sigma" {
  if (neuron?.kind !== "SDNN") return "v";
  return neuron.sigmaOutput ? "sigma" : "act";
}

/** A clearing that comes once in a run: no power of two that a run reaches. */
function clearInterval({ clearAt, steps, layers }: LoihiPlacement): number | null {
  if (clearAt === null) return null;
  let interval = 1024;
  while (interval <= steps + layers.length + clearAt + 2) interval *= 2;
  return interval;
}

export async function emit(chip: LoihiChip, placement: LoihiPlacement): Promise<Image> {
  const { network, layers, input, observed, clearAt, steps, spikeExponent } = placement;
  const { population, read } = network.readout;
  const manifest: Manifest = {
    target: chip.name,
    mode: chip.mode,
    net: netName,
    steps,
    netx: {
      input_message_bits: input.messageBits,
      reset_interval: clearInterval(placement),
      // Layer k is cleared at time reset_offset + 1 + k, and Network step s is time s + 1.
      reset_offset: clearAt ?? 0,
      spike_exp: spikeExponent,
    },
    input: { name: input.name, count: input.shape.reduce((product, extent) => product * extent, 1) },
    layers: layers.map((layer) => ({
      name: layer.name,
      first: layer.first,
      count: layer.size,
      reported: observed.includes(layer.name),
      shown: read === "membrane" && layer.name === population ? shownOf(layer) : null,
    })),
  };
  const net = await writeNet({ layers: netLayers(placement), sampleSteps: steps });
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  return {
    target: chip.name,
    artifacts: [
      { name: netName, bytes: net },
      { name: manifestName, bytes: new TextEncoder().encode(text) },
    ],
  };
}
