/**
 * The bytes of a `.net` file to its layers, checked: sizes agree from layer to layer, numbers are whole and in their ranges.
 * What lava-dl's loader does not load is refused here too. Unknown fields are ignored, as there.
 */
import { SpikecError } from "../../../errors/error.ts";
import { readHdf5 } from "../../hdf5/read.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { mostLayers, mostNeurons, type NetFile, type NetLayer, type NetNeuron } from "./net-file.ts";

type Shape = readonly number[];

/** Throws SPK-0112 for bytes that are no HDF5, SPK-0113 for a file that is no usable `.net`. */
export async function readNet(bytes: Uint8Array, where = ".net file"): Promise<NetFile> {
  const root = fieldsOf(await readHdf5(bytes, where), `${where} `);
  const list = root.group("layer");
  if (list === null) throw root.fail("it has no /layer");
  const layers: NetLayer[] = [];
  let shape: Shape | null = null;
  for (let index = 0; list.has(String(index)); index++) {
    if (index >= mostLayers) throw list.fail(`it has more than ${mostLayers} layers`);
    const layer = readLayer(list.group(String(index))!, shape, layers);
    layers.push(layer);
    shape = shapeAfter(layer, shape);
  }
  if (!layers.some(({ kind }) => kind === "dense" || kind === "convolution"))
    throw list.fail("it has no dense and no conv layer, counted from 0");
  return { layers, sampleSteps: root.group("simulation")?.integer("tSample", 0, 2 ** 31 - 1, 0) || null };
}

/** What comes out of a layer; of one that only flattens, all that goes in. */
function shapeAfter(layer: NetLayer, before: Shape | null): Shape | null {
  if (layer.kind === "flatten") return before === null ? null : [sizeOf(before)];
  return layer.kind === "dense" ? [layer.outputs] : layer.shape;
}

function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

function readLayer(fields: Fields, before: Shape | null, previous: readonly NetLayer[]): NetLayer {
  const type = fields.string("type");
  switch (type) {
    case "input":
      if (previous.length > 0) throw fields.fail("an input layer stands behind other layers");
      return readInput(fields);
    case "flatten":
      return { kind: "flatten" };
    case "dense":
    case "dense_rec":
      return readDense(fields, before, type === "dense_rec");
    case "conv":
      return readConvolution(fields, before);
    default:
      throw new SpikecError("SPK-0113", `layers of type "${type}" are not loaded, by lava-dl neither`, {
        where: fields.where,
        advice:
          "Layers are input, dense, dense_rec, conv and flatten; average pooling is a conv of one group a channel.",
      });
  }
}

function readShape(fields: Fields): Shape {
  const shape = [...(fields.integers("shape")?.values ?? [])];
  if (shape.length === 0 || shape.length > 3 || shape.some((extent) => extent < 1))
    throw fields.fail("shape must be one to three whole numbers above 0");
  if (sizeOf(shape) > mostNeurons)
    throw fields.fail(`shape holds ${sizeOf(shape)} neurons; at most ${mostNeurons} are read`);
  return shape;
}

/** Scalars and ones around: [80, 1, 1] is 80 neurons. */
function flat(shape: Shape): Shape {
  return shape.length === 3 && shape[1] === 1 && shape[2] === 1 ? [shape[0]] : shape;
}

function readInput(fields: Fields): NetLayer {
  const shape = readShape(fields);
  if (shape.length === 2) throw fields.fail("shape must be [neurons] or [channels, height, width]");
  const neuron = readNeuron(fields);
  return {
    kind: "input",
    shape,
    neuron,
    weight: fields.integer("weight", -(2 ** 20), 2 ** 20, 64),
    bias: fields.integer("bias", -(2 ** 20), 2 ** 20, 0),
  };
}

function readNeuron(layer: Fields): NetNeuron | null {
  const fields = layer.group("neuron");
  if (fields === null) return null;
  const type = fields.string("type");
  const messageBits = fields.has("messageBits") ? fields.integer("messageBits", 0, 32) : null;
  if (type === "SDNN") {
    const sigmaOutput = fields.has("sigma_output");
    const vThMant = sigmaOutput && !fields.has("vThMant") ? 0 : fields.integer("vThMant", 0, 2 ** 20);
    return { kind: "SDNN", vThMant, sigmaOutput, messageBits };
  }
  if (type !== "LOIHI" && type !== "CUBA")
    throw fields.fail(`neurons of type "${type}" are not run; CUBA, LOIHI and SDNN are`);
  return {
    kind: "LIF",
    iDecay: fields.integer("iDecay", 0, 4096),
    vDecay: fields.integer("vDecay", 0, 4096),
    vThMant: fields.integer("vThMant", 0, 2 ** 17),
    messageBits,
  };
}

function expectLength(fields: Fields, name: string, found: number, expected: number): void {
  if (found !== expected) throw fields.fail(`${name} has ${found} values, and must have ${expected}`);
}

function readDense(fields: Fields, before: Shape | null, isRecurrent: boolean): NetLayer {
  const outputs = sizeOf(readShape(fields));
  const weight = fields.integers("weight");
  if (weight === null || weight.values.length === 0) throw fields.fail("weight is missing or empty");
  const inputs = weight.values.length / outputs;
  if (!Number.isInteger(inputs) || (weight.shape.length > 1 && weight.shape[0] !== outputs))
    throw fields.fail(`weight has the shape ${weight.shape.join("x")} for ${outputs} neurons`);
  if (before !== null) expectLength(fields, "weight", weight.values.length, outputs * sizeOf(before));
  if (before !== null && flat(before).length === 3) {
    // lava-dl would connect a tensor to a vector: it needs a flatten in between.
    throw fields.fail("a dense layer behind images needs a flatten layer in between");
  }
  const recurrent = isRecurrent ? (fields.integers("weight_rec")?.values ?? null) : null;
  if (isRecurrent) expectLength(fields, "weight_rec", recurrent?.length ?? 0, outputs * outputs);
  const bias = readBias(fields, outputs);
  const delay = fields.integers("delay")?.values ?? null;
  if (delay !== null) checkDelay(fields, delay, inputs, outputs, isRecurrent);
  return {
    kind: "dense",
    inputs,
    outputs,
    weights: weight.values,
    recurrent,
    bias,
    delay,
    neuron: readNeuron(fields),
  };
}

function readBias(fields: Fields, ...lengths: number[]): Int32Array | null {
  const bias = fields.integers("bias")?.values ?? null;
  if (bias !== null && bias.length !== 1 && !lengths.includes(bias.length))
    throw fields.fail(`bias has ${bias.length} values, and must have ${lengths.join(" or ")}`);
  return bias !== null && bias.length === 1 ? new Int32Array(lengths[0]).fill(bias[0]) : bias;
}

function checkDelay(
  fields: Fields,
  delay: Int32Array,
  inputs: number,
  outputs: number,
  isRecurrent: boolean,
): void {
  if (isRecurrent)
    throw fields.fail("delay in a recurrent layer: lava-dl loses its weight exponent, it is not run");
  if (delay.some((steps) => steps < 0)) throw fields.fail("delay is negative");
  if (delay.length !== 1 && delay.length !== outputs && delay.length !== inputs)
    throw fields.fail(`delay has ${delay.length} values, and must have 1, ${outputs} or ${inputs}`);
}

function readConvolution(fields: Fields, before: Shape | null): NetLayer {
  const shape = readShape(fields);
  if (shape.length !== 3) throw fields.fail("shape must be [channels, height, width]");
  const [channels, height, width] = shape;
  if (before !== null && before.length !== 3)
    throw fields.fail("a conv layer needs images: [channels, height, width]");
  const weight = fields.integers("weight");
  if (weight === null) throw fields.fail("weight is missing");
  // Some files carry a fifth axis of one.
  const [outputs, perGroup, ...kernel] = weight.shape.slice(0, 4);
  if (
    kernel.length !== 2 ||
    outputs !== channels ||
    weight.values.length !== outputs * perGroup * kernel[0] * kernel[1]
  )
    throw fields.fail(`weight has the shape ${weight.shape.join("x")} for ${channels} channels`);
  if (weight.values.length === 0) throw fields.fail("weight is empty");
  const groups = fields.integer("groups", 1, channels);
  const inputs = perGroup * groups;
  if (channels % groups !== 0 || (before !== null && before[0] !== inputs))
    throw fields.fail(`${groups} groups of ${perGroup} do not fit the channels`);
  const geometry = {
    kernel: [kernel[0], kernel[1]] as const,
    stride: fields.pair("stride", 1),
    padding: fields.pair("padding", 0),
    dilation: fields.pair("dilation", 1),
  };
  for (const axis of [0, 1] as const) {
    if (before === null) break;
    const extent =
      before[axis + 1] + 2 * geometry.padding[axis] - geometry.dilation[axis] * (kernel[axis] - 1) - 1;
    const expected = Math.floor(extent / geometry.stride[axis]) + 1;
    if (shape[axis + 1] !== expected)
      throw fields.fail(
        `shape ${shape.join("x")}, where kernel, stride and padding give ${expected} along axis ${axis + 1}`,
      );
  }
  const neuron = readNeuron(fields);
  if (neuron === null) throw fields.fail("a conv layer needs neurons");
  const size = channels * height * width;
  const bias = readBias(fields, channels, size);
  return {
    kind: "convolution",
    shape: [channels, height, width],
    inputs,
    weights: weight.values,
    ...geometry,
    groups,
    bias,
    neuron,
  };
}
