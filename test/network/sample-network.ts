/**
 * One small Network that tests take apart: an image of 1 x 4 x 4, a pooled convolution, and a dense readout.
 */
import {
  type IntegrateAndFirePopulation,
  type Law,
  type Network,
  type Projection,
  plainLaw,
} from "../../src/network/network.ts";

export const law: Law = {
  ...plainLaw,
  threshold: Int32Array.of(100),
  vInit: Int32Array.of(50),
};

export const hidden: IntegrateAndFirePopulation = {
  name: "hidden",
  shape: [2, 2, 2],
  kind: "integrateAndFire",
  law: { ...law, bias: Int32Array.of(3, -4), threshold: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
  spikeValue: Float64Array.of(0.25, 0.5),
  membraneUnit: new Float64Array(0),
  origin: ["conv1", "relu1"],
};

export const output: IntegrateAndFirePopulation = {
  name: "output",
  shape: [3],
  kind: "integrateAndFire",
  law,
  spikeValue: Float64Array.of(0.125),
  membraneUnit: Float64Array.of(0.5),
  origin: ["fc"],
};

export const intoHidden: Projection = {
  name: "input to hidden",
  source: "input",
  target: "hidden",
  delay: 1,
  pools: [{ kernel: [2, 2], stride: [2, 2], padding: [0, 0, 0, 0] }],
  connection: {
    kind: "convolution",
    weights: Int8Array.from({ length: 2 * 1 * 3 * 3 }, (_, index) => index - 9),
    kernel: [3, 3],
    stride: [1, 1],
    padding: [1, 1, 1, 1],
    dilation: [1, 1],
    groups: 1,
  },
};

export const intoOutput: Projection = {
  name: "hidden to output",
  source: "hidden",
  target: "output",
  delay: 0,
  pools: [],
  connection: { kind: "dense", weights: Int16Array.from({ length: 24 }, (_, index) => 100 * index - 1000) },
};

export const sampleNetwork: Network = {
  name: "sample",
  timesteps: 16,
  inputs: [
    {
      name: "input",
      shape: [1, 4, 4],
      encoder: {
        kind: "rate",
        scale: 1,
        zeroPoint: 0,
        bits: 8,
        signed: false,
        threshold: 255,
        initial: 127,
      },
      polarity: "unsigned",
    },
  ],
  populations: [hidden, output],
  projections: [intoHidden, intoOutput],
  readout: { population: "output", read: "count", scale: 0.5, offset: 0 },
  provenance: { version: "0.1.0", modelHash: "ab12", calibrationHash: "", options: [["timesteps", "16"]] },
  notes: [{ level: "warning", where: "hidden", text: "an example" }],
};
