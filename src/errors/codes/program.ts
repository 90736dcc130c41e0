/** Errors of the program and its files: usage, data files, output. Part of the one table of `table.ts`. */
import type { ErrorEntry } from "../entry.ts";

export const programErrors = {
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
  "SPK-0612": {
    exit: 2,
    title: "Values cannot be encoded as spikes so",
    advice: "Values lie between 0 and 1, thresholds between them, and every spike within the window.",
  },
  "SPK-0613": {
    exit: 2,
    title: "Not a stream of events that the network takes",
    advice: "Events are arrays t, addr or t, x, y, p in .npz, .npy or CSV, or N-MNIST's .bin.",
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
