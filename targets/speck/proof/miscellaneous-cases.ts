/** Settings of the DVS layer and addresses of neurons, against sinabs' DVSLayer and io. */
import type { Pair } from "../../../src/network/network.ts";
import type { Proof, VectorResult } from "../../../src/target/target.ts";
import { type Camera, cameraOutput, cameraSettings } from "../camera.ts";
import type { Extents } from "../core-layer.ts";
import { decodeNeuronAddress, neuronAddress } from "../neuron-address.ts";
import { casesOf, differenceOf, parseVectors } from "./vectors.ts";

interface CameraCase {
  readonly args: {
    readonly input_shape: Pair;
    readonly pool: Pair;
    readonly crop: readonly [Pair, Pair] | null;
    readonly merge_polarities: boolean;
    readonly flip_x: boolean;
    readonly flip_y: boolean;
    readonly swap_xy: boolean;
    readonly disable_pixel_array: boolean;
  };
  readonly config: Readonly<Record<string, unknown>>;
  readonly input_shape_dict: unknown;
  readonly output_shape: Extents;
}

interface AddressCase {
  readonly feature_map: Extents;
  readonly c: number;
  readonly y: number;
  readonly x: number;
  readonly address: number;
  readonly decoded_cxy: Extents;
}

const file = "speck/misc_cases.json";

function runCamera(
  { args, config, input_shape_dict, output_shape }: CameraCase,
  index: number,
): VectorResult {
  const camera: Camera = {
    sensor: args.input_shape,
    pooling: args.pool,
    crop: args.crop,
    mergePolarities: args.merge_polarities,
    flipX: args.flip_x,
    flipY: args.flip_y,
    swapXY: args.swap_xy,
    pixels: !args.disable_pixel_array,
  };
  const output = cameraOutput(camera);
  const [height, width] = camera.sensor;
  const difference = differenceOf(
    { config, input_shape_dict, output_shape },
    {
      config: cameraSettings(camera),
      input_shape_dict: { size: { x: width, y: height }, feature_count: output[0] },
      output_shape: output,
    },
  );
  return { name: `DVS layer ${index}`, exact: difference === null, difference };
}

function runAddress(
  { feature_map, c, y, x, address, decoded_cxy }: AddressCase,
  index: number,
): VectorResult {
  const [decodedC, decodedY, decodedX] = decodeNeuronAddress(feature_map, address);
  const difference = differenceOf(
    { address, decoded_cxy },
    { address: neuronAddress(feature_map, [c, y, x]), decoded_cxy: [decodedC, decodedX, decodedY] },
  );
  return { name: `neuron address ${index}`, exact: difference === null, difference };
}

export const miscellaneousProof: Proof = {
  suite: "speck/misc",
  files: [file],
  whose: "synsense/sinabs commit 904eb89, DVSLayer and io; random settings and places",
  vectors: 56,
  run: (files) => {
    const json = parseVectors(files, file);
    return [
      ...casesOf<CameraCase>(json, "dvs_layer", file).map(runCamera),
      ...casesOf<AddressCase>(json, "neuron_address", file).map(runAddress),
    ];
  },
};
