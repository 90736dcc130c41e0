/**
 * The library as it also runs in a browser: bytes in, bytes out, no Node module behind any of it. `import ... from
 * "spikec/browser"`, or from "spikec" with a bundler that knows the condition "browser". See docs/library.md.
 */

export { readLabels } from "./data/labels.ts";
export { writeNpy } from "./data/npy.ts";
export { readNpz, writeNpz } from "./data/npz.ts";
// Files into networks.
export type { DataType, NumberArray } from "./data/number-array.ts";
export { readArray } from "./data/read-array.ts";
export { SpikecError } from "./errors/error.ts";
// Floats.
export { evaluate } from "./graph/evaluate.ts";
export type { Graph, GraphNode } from "./graph/graph.ts";
export type { SpikingGraph, SpikingNode } from "./graph/spiking.ts";
export { importNir } from "./import/nir/import-nir.ts";
// Integers.
export { type ConvertOptions, convert } from "./library/convert.ts";
export { importOnnx, type OnnxFile } from "./library/onnx.ts";
// Spikes.
export { type Predictions, predict } from "./library/predict.ts";
// Chips.
export { runOnChip } from "./library/run-on-chip.ts";
export { version } from "./library/version.ts";
export type { Link } from "./link/link.ts";
export type { LayerReport, LoweringResult } from "./lower/options.ts";
export { checkNetwork } from "./network/check.ts";
export type { Input, Law, Network, Population, Projection } from "./network/network.ts";
export type { Events, SpikeTrain } from "./network/spikes.ts";
export { decodeNetwork, encodeNetwork } from "./network/spk/spk.ts";
// Pages.
export { reportPage } from "./report/html/page.ts";
export type { Report } from "./report/html/report-data.ts";
export { createActivity, type LayerActivity } from "./simulate/activity.ts";
export { classOf } from "./simulate/class-of.ts";
export { encodeSample } from "./simulate/encode.ts";
export { createEngine, type Engine } from "./simulate/engine.ts";
export type { Run } from "./simulate/reference.ts";
export { type Difference, differencesOf } from "./survey/differences.ts";
export { surveyModel } from "./survey/model-survey.ts";
export { type Surveyed, survey } from "./survey/survey.ts";
export { type Comparison, compareTrains } from "./target/compare.ts";
export { FitError } from "./target/fit.ts";
export { allTargets, findTarget } from "./target/registry.ts";
export type { NumericRules } from "./target/rules.ts";
export type { Chip, Device, Image, Placement, Target, Wire } from "./target/target.ts";
