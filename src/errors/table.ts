/**
 * Every error that spikec can report: code, exit code, title and what to do about it.
 * Codes are stable: a number is never given a second meaning. docs/errors.md is generated from this table.
 */

/** 1 internal, 2 usage, 3 model, 4 does not fit, 5 port, 6 no reply, 7 protocol, 8 verify, 9 differs, 130 interrupted. */
export type ExitCode = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 130;

export interface ErrorEntry {
  readonly exit: ExitCode;
  readonly title: string;
  readonly advice: string;
}

const entries = {
  // 00xx: the program itself
  "SPK-0001": {
    exit: 1,
    title: "Internal error",
    advice: "This is a defect of spikec. Run again with --debug and report the stack trace.",
  },
  "SPK-0002": { exit: 2, title: "Wrong usage", advice: "See spikec --help, or spikec COMMAND --help." },
  "SPK-0003": {
    exit: 130,
    title: "Interrupted",
    advice: "Nothing half-written was left behind; run the command again.",
  },
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
    exit: 2,
    title: "The conversion was asked for something that this target does not have",
    advice: "`spikec targets NAME` shows encoders and readouts of the target.",
  },
  // 04xx: target, placement
  "SPK-0401": {
    exit: 4,
    title: "Does not fit the target",
    advice: "Use a smaller network or a larger chip; what would help stands behind each reason.",
  },
  "SPK-0402": {
    exit: 4,
    title: "Outside the target's numeric rules",
    advice: "Convert the model for this target (spikec convert --target), so that its rules are kept.",
  },
  "SPK-0403": {
    exit: 2,
    title: "Input spikes do not match the placement",
    advice: "Encode the sample with the inputs of the same network that was placed.",
  },
  "SPK-0404": {
    exit: 3,
    title: "Damaged image, or image of another target",
    advice: "Write the image again with spikec emit for this target.",
  },
  "SPK-0405": {
    exit: 2,
    title: "Golden vectors cannot be read",
    advice: "Copy the vector file again from its source; an empty file proves nothing.",
  },
  "SPK-0406": { exit: 2, title: "Unknown target", advice: "`spikec targets` lists what there is." },
  // 05xx: link, ports, boards
  "SPK-0501": {
    exit: 5,
    title: "Port not found",
    advice: "Plug the board in and check the name; spikec ports lists what is there.",
  },
  "SPK-0502": {
    exit: 5,
    title: "Port busy",
    advice: "Another program holds the port; close it and try again.",
  },
  "SPK-0503": {
    exit: 5,
    title: "No permission for the port",
    advice: "On Linux add yourself to the group that owns the port (often dialout), then log in again.",
  },
  "SPK-0504": {
    exit: 5,
    title: "Serial ports are not available",
    advice:
      "Run npm install again on this machine, so that serialport gets its native binding, or use socket://host:port.",
  },
  "SPK-0505": {
    exit: 5,
    title: "Port cannot be opened",
    advice:
      "Check that the name is a serial port or socket://host:port, and that it works with another program.",
  },
  "SPK-0506": {
    exit: 6,
    title: "No reply from the board",
    advice:
      "Check power, cable, baud rate and that the board runs the target's bitstream or firmware; reset it and try again.",
  },
  "SPK-0507": {
    exit: 6,
    title: "Board disconnected",
    advice: "Check the cable and plug the board in again; a flash that was cut off must be repeated.",
  },
  "SPK-0508": {
    exit: 7,
    title: "Unexpected reply from the board",
    advice: "Check that the board is the target that was named; reset it and try again.",
  },
  "SPK-0509": {
    exit: 5,
    title: "No pseudo-terminal can be made here",
    advice: "Use --tcp PORT instead, and socket://127.0.0.1:PORT as the port.",
  },
  "SPK-0510": {
    exit: 5,
    title: "TCP port cannot be opened for the virtual board",
    advice: "Choose another port number, or 0 for any free one.",
  },
  "SPK-0511": {
    exit: 2,
    title: "Unknown fault",
    advice:
      "Faults are silent, silent@N, disconnect@N, flip@N and drop@N, N being the number of the byte from the board.",
  },
  // 06xx: data files
  "SPK-0601": {
    exit: 2,
    title: "Not a data file",
    advice: "Give a .npy, .npz, IDX (also gzipped) or CSV file.",
  },
  "SPK-0602": {
    exit: 2,
    title: "Damaged data file",
    advice: "The file is cut short or was changed; copy, download or write it again.",
  },
  "SPK-0603": {
    exit: 2,
    title: "Unsupported array type",
    advice: "Save the array as plain integers or floats, for example with array.astype('float32').",
  },
  "SPK-0604": { exit: 2, title: "No data", advice: "The array holds no values; give at least one sample." },
  "SPK-0605": {
    exit: 2,
    title: "Value out of range",
    advice: "Every value must be a finite number that the file's type and this use can hold.",
  },
  "SPK-0606": { exit: 2, title: "Array too large", advice: "Split the file, or save fewer samples." },
  "SPK-0607": {
    exit: 2,
    title: "Array does not match the network's input",
    advice: "Arrays are [N, ...shape], or [N, T, ...shape] for spikes.",
  },
  "SPK-0608": {
    exit: 2,
    title: "Labels are not classes",
    advice: "Labels are a one-dimensional array of whole numbers >= 0, one a sample.",
  },
  "SPK-0609": {
    exit: 2,
    title: "Labels do not match the samples",
    advice: "Give one label for every sample, in the same order.",
  },
  "SPK-0610": {
    exit: 2,
    title: "Which array is meant",
    advice: "Save the one array that is meant in a file of its own.",
  },
  "SPK-0611": {
    exit: 2,
    title: "Malformed CSV",
    advice: "Every line holds one sample: numbers separated by commas, the same count in every line.",
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
  // 08xx: verification
  "SPK-0801": {
    exit: 8,
    title: "Verification failed",
    advice:
      "Chip and simulation disagree: report it with the network; the first difference is printed above.",
  },
  "SPK-0802": {
    exit: 9,
    title: "The board differs from the simulation",
    advice:
      "Flash again (the board may hold another network), then check cable and power; the first difference is printed above.",
  },
  "SPK-0803": {
    exit: 9,
    title: "Golden vectors differ",
    advice: "This build does not compute what the chip computes: do not trust it, and report it.",
  },
  "SPK-0804": {
    exit: 3,
    title: "The network cannot be streamed",
    advice:
      "Streams take spikes, and need membranes with an end: convert with a rate code, for a target whose state saturates.",
  },
  "SPK-0805": {
    exit: 1,
    title: "A worker thread ended early",
    advice: "Run again with --threads 1; if that works, memory was too small for so many threads.",
  },
  // 09xx: command line and files
  "SPK-0901": { exit: 2, title: "File cannot be read", advice: "Check the path and its permissions." },
  "SPK-0902": {
    exit: 2,
    title: "Output cannot be written",
    advice: "Check that the folder exists, may be written to, and has room.",
  },
  "SPK-0903": {
    exit: 3,
    title: "Unknown kind of model file",
    advice: "Models are .onnx files; compiled networks are .spk files.",
  },
  "SPK-0904": {
    exit: 4,
    title: "The target has no wire",
    advice:
      "`spikec targets` shows which targets have a board; others are only simulated or written as files.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof entries;
export const errorTable: Readonly<Record<ErrorCode, ErrorEntry>> = entries;
