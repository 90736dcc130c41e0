/** Reports for tests: a real one, and the ones that pages find hardest. */
import type { Context } from "../../../src/cli/command.ts";
import { readGraph } from "../../../src/cli/files.ts";
import { reportNetwork } from "../../../src/cli/reports/report-network.ts";
import { readNetworkSamples } from "../../../src/cli/samples.ts";
import { SpikecError } from "../../../src/errors/error.ts";
import { emptyReport, type Report } from "../../../src/report/html/report-data.ts";
import { surveyModel } from "../../../src/survey/model-survey.ts";
import { findTarget } from "../../../src/target/registry.ts";
import { convert, digits } from "../../cli/networks.ts";
import { samplePath } from "../../sample-models.ts";

/** A context that says nothing and is never interrupted. */
const silent: Context = {
  terminal: {
    log: () => {},
    result: () => {},
    failure: () => {},
    event: () => {},
    progress: () => ({ update: () => {}, end: () => {} }),
  },
  signal: new AbortController().signal,
  compute: async (work) => work(),
  words: ["report", "digits.spk", "-o", "out/report.html"],
};

/** The sample digits on a chip, with labels and original. */
async function makeDigitsReport(target: string): Promise<Report> {
  const network = await convert(digits, target, 8);
  const files = {
    input: samplePath("digits.test_x.npy"),
    labels: samplePath("digits.test_y.npy"),
    inputScale: 16,
    limit: 200,
  };
  return reportNetwork(silent, {
    network,
    graph: await readGraph(digits.model),
    target: await findTarget(target),
    samples: await readNetworkSamples(files, network, silent.terminal),
    commands: ["spikec repeat digits.spk --model models/digits_mlp.onnx"],
  });
}

const made = new Map<string, Promise<Report>>();

/** Made once a test file: it takes a conversion, and one for a chip of few abilities takes a while. */
export function digitsReport(target = "generic"): Promise<Report> {
  if (!made.has(target)) made.set(target, makeDigitsReport(target));
  return made.get(target)!;
}

/** What must never become markup. */
export const hostile = `<script>alert("x")</script>&<img src=http://example.org/a onerror=alert(1)>'`;

const longName = `${hostile}/${"conv_with_a_name_that_never_ends_".repeat(6)}`;

/** Names with HTML in them, 10,000 classes, one sample, an empty layer. */
export function hostileReport(): Report {
  const classes = 10_000;
  return {
    ...emptyReport(hostile, "0.0.0"),
    timesteps: 1,
    picture: {
      graph: {
        title: hostile,
        boxes: [
          { name: longName, detail: hostile, text: hostile, state: "kept", sources: [] },
          { name: hostile, detail: "Conv2d 1000×1000×1000", text: hostile, state: "refused", sources: [0] },
        ],
      },
      network: {
        title: "Spikes",
        boxes: [{ name: longName, detail: "neurons 0", text: hostile, state: "kept", sources: [0] }],
      },
      links: [[1, 0]],
    },
    accuracy: {
      samples: 1,
      original: null,
      points: [{ timesteps: 1, accuracy: null, agreement: null, synops: 0 }],
      ties: 1,
    },
    layers: [
      {
        name: longName,
        neurons: classes,
        rateError: 0,
        rate: 0,
        dead: 1,
        saturated: 0,
        synops: 0,
        widths: [{ what: "membrane", used: 40, available: 16 }],
      },
      {
        name: "empty",
        neurons: 0,
        rateError: null,
        rate: null,
        dead: null,
        saturated: null,
        synops: null,
        widths: [],
      },
    ],
    weights: [
      { layer: longName, low: -0.5, high: 0.5, floats: [], integers: [0], weights: 0, snr: null, zeros: 0 },
    ],
    samples: [
      {
        index: 0,
        label: null,
        original: null,
        integers: 9_999,
        why: hostile,
        pictures: [],
        values: [0, -1, 2],
        readings: [{ label: 9_999, spiking: -3, original: null }],
        steps: 1,
        rasters: [{ layer: longName, neurons: classes, rows: 64, spikes: 0, steps: [[]] }],
        traces: [{ layer: longName, neuron: 0, threshold: 1, membrane: [0], fired: [] }],
      },
    ],
    confusion: {
      classes,
      against: "labels",
      matrix: null,
      worst: [{ label: 1, predicted: 9_999, count: 1 }],
    },
    board: {
      where: hostile,
      samples: 1,
      accuracy: null,
      spikes: 0,
      mismatches: 0,
      first: hostile,
      seconds: 0,
    },
    placement: {
      target: "chip",
      title: hostile,
      label: "works",
      unit: "neurons",
      cores: [{ name: hostile, x: 0, y: 0, capacity: 0, parts: [{ layer: longName, used: 0 }] }],
      uses: [{ resource: longName, used: 2e9, limit: 0 }],
      notes: [hostile],
      refusals: [longName],
    },
    estimate: {
      target: "chip",
      rows: [{ what: longName, count: 3, picojoules: null, nanoseconds: null }],
      from: hostile,
      caveat: hostile,
    },
    choices: [{ where: longName, what: hostile, value: hostile, why: hostile }],
    notes: [{ level: "warning", where: longName, text: hostile }],
    provenance: { version: hostile, modelHash: "", calibrationHash: "", options: [[hostile, longName]] },
    commands: [hostile],
  };
}

/** A conversion that stopped: nothing but what stopped it, and the model as far as it was read. */
export function failedReport(): Report {
  const error = new SpikecError("SPK-0104", "1 node cannot be converted:\n  act (Tanh): no", {
    where: "net.onnx",
  });
  return surveyModel(
    "net.onnx",
    "0.0.0",
    {
      kind: "refused",
      supported: [{ node: "first", operator: "Gemm", becomes: "Affine" }],
      refused: [{ node: "act", operator: "Tanh", why: "it is curved", advice: "use ReLU" }],
      input: "x",
      wires: [
        { from: "x", to: "first" },
        { from: "first", to: "act" },
      ],
      notes: [],
    },
    error,
    ["spikec convert net.onnx -o net.spk"],
  );
}

/** 1500 nodes with a loop and skips, 300 layers, 200 cores. */
export function largeReport(): Report {
  const boxes = Array.from({ length: 1500 }, (_, i) => ({
    name: `/blocks/${Math.floor(i / 3)}/${["conv", "norm", "relu"][i % 3]}`,
    detail: "ReLU 64×7×7",
    text: "a node",
    state: i % 3 === 2 ? ("kept" as const) : ("folded" as const),
    sources: i === 0 ? [] : i % 9 === 8 ? [i - 1, i - 8] : i === 20 ? [i - 1, 40] : [i - 1],
  }));
  const layers = Array.from({ length: 300 }, (_, i) => ({
    name: `/blocks/${i}/relu`,
    neurons: 3136,
    rateError: (i % 10) / 10,
    rate: 0.1,
    dead: 0.2,
    saturated: 0,
    synops: i * 1e6,
    widths: [{ what: "membrane" as const, used: 20, available: 32 }],
  }));
  const cores = Array.from({ length: 200 }, (_, i) => ({
    name: `core ${i}`,
    x: i % 16,
    y: Math.floor(i / 16),
    capacity: 256,
    parts: [{ layer: layers[i].name, used: (i * 7) % 257 }],
  }));
  return {
    ...emptyReport("a large network", "0.0.0"),
    timesteps: 64,
    picture: { graph: { title: "Model", boxes }, network: null, links: [] },
    layers,
    placement: {
      target: "chip",
      title: "A chip",
      label: "file only",
      unit: "neurons",
      cores,
      uses: [],
      notes: [],
      refusals: [],
    },
  };
}
