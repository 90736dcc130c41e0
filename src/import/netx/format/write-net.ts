/** Layers to the bytes of a `.net` file, in the types that lava-dl's own exporter uses. */
import { group, type HdfNode, integer, numbers, text } from "../../hdf5/tree.ts";
import { writeHdf5 } from "../../hdf5/write.ts";
import type { NetFile, NetLayer, NetNeuron, NetPair } from "./net-file.ts";

type Member = readonly [name: string, node: HdfNode];

const typeLength = 10;

/** Same layers, same bytes. */
export async function writeNet({ layers, sampleSteps }: NetFile): Promise<Uint8Array> {
  const shapes = flattenedShapes(layers);
  const list = layers.map(
    (layer, index): Member => [String(index), group(layerMembers(layer, shapes[index]))],
  );
  const simulation: Member[] = [["Ts", integer(1)]];
  if (sampleSteps !== null) simulation.push(["tSample", integer(sampleSteps)]);
  return await writeHdf5(
    group([
      ["layer", group(list)],
      ["simulation", group(simulation)],
    ]),
  );
}

/** Neurons that a flatten layer gives out: those of the layer before it. */
function flattenedShapes(layers: readonly NetLayer[]): number[] {
  let size = 0;
  return layers.map((layer) => {
    if (layer.kind === "dense") size = layer.outputs;
    else if (layer.kind !== "flatten") size = layer.shape.reduce((product, extent) => product * extent, 1);
    return size;
  });
}

function layerMembers(layer: NetLayer, size: number): Member[] {
  switch (layer.kind) {
    case "flatten":
      return [type("flatten"), whole("shape", [size, 1, 1])];
    case "input":
      return [
        type("input"),
        whole("shape", layer.shape),
        floats("weight", [layer.weight]),
        floats("bias", [layer.bias]),
        ...neuronMembers(layer.neuron),
      ];
    case "dense":
      return denseMembers(layer);
    case "convolution":
      return convolutionMembers(layer);
  }
}

const type = (name: string): Member => ["type", { ...text(name, typeLength), shape: [1] }];

const whole = (name: string, values: readonly number[]): Member => [
  name,
  numbers(BigInt64Array.from(values, BigInt)),
];

const floats = (name: string, values: ArrayLike<number>, shape?: readonly number[]): Member => [
  name,
  numbers(Float32Array.from(values), shape),
];

const optional = (name: string, values: Int32Array | null): Member[] =>
  values === null ? [] : [floats(name, values)];

function denseMembers(layer: NetLayer & { readonly kind: "dense" }): Member[] {
  const { inputs, outputs, weights, recurrent, bias, delay } = layer;
  const feedback = recurrent === null ? [] : [floats("weight_rec", recurrent, [outputs, outputs])];
  // A scalar delay holds for all synapses.
  const steps =
    delay?.length === 1
      ? [["delay", numbers(Float32Array.from(delay), [])] as const]
      : optional("delay", delay);
  return [
    type(recurrent === null ? "dense" : "dense_rec"),
    whole("shape", [outputs]),
    ["inFeatures", integer(inputs)],
    ["outFeatures", integer(outputs)],
    floats("weight", weights, [outputs, inputs]),
    ...feedback,
    ...optional("bias", bias),
    ...steps,
    ...neuronMembers(layer.neuron),
  ];
}

function convolutionMembers(layer: NetLayer & { readonly kind: "convolution" }): Member[] {
  const { shape, inputs, weights, kernel, groups } = layer;
  const pair = (name: string, values: NetPair) => whole(name, values);
  return [
    type("conv"),
    whole("shape", shape),
    ["inChannels", integer(inputs)],
    ["outChannels", integer(shape[0])],
    ["groups", integer(groups)],
    pair("kernelSize", kernel),
    pair("stride", layer.stride),
    pair("padding", layer.padding),
    pair("dilation", layer.dilation),
    floats("weight", weights, [shape[0], inputs / groups, ...kernel]),
    ...optional("bias", layer.bias),
    ...neuronMembers(layer.neuron),
  ];
}

function neuronMembers(neuron: NetNeuron | null): Member[] {
  if (neuron === null) return [];
  const bits: Member[] = neuron.messageBits === null ? [] : [["messageBits", integer(neuron.messageBits)]];
  if (neuron.kind === "SDNN") {
    const sigma: Member[] = neuron.sigmaOutput ? [["sigma_output", integer(1)]] : [];
    const members: Member[] = [
      ["type", text("SDNN", typeLength)],
      ["activation", text("relu", typeLength)],
      ["vThMant", integer(neuron.vThMant)],
    ];
    return [["neuron", group([...members, ...sigma, ...bits])]];
  }
  const members: Member[] = [
    ["type", text("CUBA", typeLength)],
    ["iDecay", integer(neuron.iDecay)],
    ["vDecay", integer(neuron.vDecay)],
    ["vThMant", integer(neuron.vThMant)],
    ["refDelay", integer(1)],
    ["gradedSpike", integer(0)],
  ];
  return [["neuron", group([...members, ...bits])]];
}
