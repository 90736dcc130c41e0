/** Errors of models and networks: import, graphs, lowering, .spk files. Part of the one table of `table.ts`. */
import type { ErrorEntry } from "../entry.ts";

export const modelErrors = {
  // 01xx: import
  "SPK-0101": {
    exit: 3,
    title: "Not a readable ONNX file",
    advice: "Check that the file is complete and was written by an ONNX exporter; export or copy it again.",
  },
  "SPK-0102": {
    exit: 2,
    title: "Model file cannot be read",
    advice: "Check the path and the permissions of the model file.",
  },
  "SPK-0103": {
    exit: 3,
    title: "Unsupported ONNX version",
    advice: "Export again with an opset between 7 and 21 (13 or 17 are good choices).",
  },
  "SPK-0104": {
    exit: 3,
    title: "Unsupported operators",
    advice:
      "Change the named operators in the network, train again where weights depend on them, and export again.",
  },
  "SPK-0105": {
    exit: 3,
    title: "Malformed ONNX graph",
    advice: "The file breaks the rules of ONNX; check it with onnx.checker and export it again.",
  },
  "SPK-0106": {
    exit: 3,
    title: "Malformed tensor",
    advice: "The file is damaged or was written wrongly; export it again.",
  },
  "SPK-0107": {
    exit: 3,
    title: "Weights are not finite",
    advice:
      "Training diverged, or the file is damaged: export from a checkpoint whose weights are all finite.",
  },
  "SPK-0108": {
    exit: 3,
    title: "External tensor data cannot be used",
    advice: "Keep the external data file beside the model, under the name that the model gives.",
  },
  "SPK-0109": {
    exit: 3,
    title: "External tensor data outside the model's folder",
    advice:
      "External data is read from the model's own folder only; move it there and export again with a plain file name.",
  },
  "SPK-0110": {
    exit: 3,
    title: "Input shape is not usable",
    advice: "Export with every extent of the input fixed except the first (the batch).",
  },
  "SPK-0111": {
    exit: 3,
    title: "Not exactly one input and one output",
    advice: "Export the network so that it takes one tensor and gives one tensor, the logits.",
  },
  "SPK-0112": {
    exit: 3,
    title: "Not a readable HDF5 file",
    advice:
      "Check that the file is complete, holds its own data, and uses no compression but gzip; write it again.",
  },
  "SPK-0113": {
    exit: 3,
    title: "Unusable .net file",
    advice:
      "Export the network again with lava-dl's export_hdf5; docs of the loihi2 target list what such a file may hold.",
  },
  "SPK-0114": {
    exit: 3,
    title: "HDF5 data packed with an unknown filter",
    advice:
      "Write the file again with gzip or without compression: nir.write(FILE, graph, compression='gzip').",
  },
  "SPK-0115": {
    exit: 3,
    title: "Malformed NIR file",
    advice: "Correct what is named there, or write the file again with nir.write of the nir package.",
  },
  "SPK-0116": {
    exit: 3,
    title: "Unknown NIR node",
    advice: "Use the primitives of NIR 1.0 (https://neuroir.org/docs/primitives.html) and export again.",
  },
  "SPK-0117": {
    exit: 3,
    title: "Impossible value in a NIR file",
    advice:
      "Correct the value and write the file again: time constants are above 0, thresholds not below, all values finite.",
  },
  "SPK-0118": {
    exit: 2,
    title: "The length of a timestep is not known",
    advice: "Give --dt SECONDS, the timestep with which the network was trained.",
  },
  "SPK-0119": {
    exit: 3,
    title: "Cannot be written as NIR",
    advice:
      "Change what is named there; NIR's primitives are listed at https://neuroir.org/docs/primitives.html.",
  },
  "SPK-0120": {
    exit: 3,
    title: "Not a readable .snn.yaml file",
    advice:
      "Correct the YAML at the line that is named; docs/text-form.md shows what such a file looks like.",
  },
  "SPK-0121": {
    exit: 3,
    title: "Malformed network in a .snn.yaml file",
    advice:
      "Correct what is named there; docs/text-form.md lists nodes and keys, and editors check them by docs/snn.schema.json.",
  },
  "SPK-0122": {
    exit: 3,
    title: "Numbers that a .snn.yaml file refers to cannot be used",
    advice:
      "Keep the .npy, .npz or .nir file in the folder of the network, and write file.npz#array for one of several.",
  },
  // 02xx: graph
  "SPK-0201": {
    exit: 3,
    title: "Shapes do not fit",
    advice: "Check the layer's sizes and the sizes of what feeds it.",
  },
  "SPK-0202": {
    exit: 3,
    title: "Inconsistent graph",
    advice:
      "Nodes must have unique names, stand after their inputs, and hold arrays of the size that their shape says.",
  },
  "SPK-0203": {
    exit: 3,
    title: "Samples do not fit the network's input",
    advice: "Give an array [N, ...shape] whose shape is the network's input.",
  },
  "SPK-0204": {
    exit: 3,
    title: "Layer too large",
    advice: "spikec holds at most 2^26 values a layer; use a smaller input or network.",
  },
  // 03xx: lowering
  "SPK-0301": {
    exit: 3,
    title: "A node has no form on integrate-and-fire hardware",
    advice: "Put a ReLU between the layers named, or merge them before the export.",
  },
  "SPK-0302": {
    exit: 1,
    title: "The folded network differs from the original",
    advice: "This is a defect of spikec: please report it with the model.",
  },
  "SPK-0303": {
    exit: 2,
    title: "No or unusable calibration inputs",
    advice: "Give --calib FILE with 100 to 1000 unlabelled inputs of the kind that the network will see.",
  },
  "SPK-0304": {
    exit: 4,
    title: "The network breaks a numeric rule of the target",
    advice:
      "Choose another target, fewer weight bits, or fewer timesteps; `spikec targets NAME` shows the rules.",
  },
  "SPK-0305": {
    exit: 4,
    title: "The conversion was asked for something that this target does not have",
    advice: "`spikec targets NAME` shows encoders, readouts and resets of the target.",
  },
  "SPK-0306": {
    exit: 3,
    title: "A spiking node has no form under the neuron law",
    advice: "docs/native.md lists what can be lowered and what to use in place of the rest.",
  },
  // 07xx: .spk files
  "SPK-0701": {
    exit: 3,
    title: "Not a .spk file",
    advice: "Write one with spikec convert MODEL -o NET.spk.",
  },
  "SPK-0702": {
    exit: 3,
    title: "Damaged .spk file",
    advice: "The file is cut short or was changed; convert the model again.",
  },
  "SPK-0703": {
    exit: 3,
    title: "File of a newer version",
    advice: "Update spikec, or convert the model again with this version.",
  },
  "SPK-0704": {
    exit: 3,
    title: "Inconsistent network",
    advice: "Convert the model again; if another program wrote the file, correct what is named there.",
  },
  "SPK-0705": { exit: 3, title: "Network too large", advice: "Use a smaller model or fewer timesteps." },
  "SPK-0706": {
    exit: 3,
    title: "Paths of different delay",
    advice: "Give all paths into this population the same total delay.",
  },
  "SPK-0707": {
    exit: 3,
    title: "Populations by step and by event in one network",
    advice:
      "Let all populations accumulate by step, or all by event: the order of their spikes is not defined otherwise.",
  },
  "SPK-0708": {
    exit: 3,
    title: "Too many events in one step",
    advice:
      "Spikes multiply from layer to layer: raise the thresholds, or use populations that compare once a step.",
  },
} as const satisfies Record<string, ErrorEntry>;
