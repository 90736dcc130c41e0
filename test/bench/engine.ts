/**
 * `npm run bench`: the WASM engine on the golden workloads and on a recurrent one, in CPU time, beside the reference interpreter and beside the
 * machine's roofline. All of them take turns in every round, and medians over the rounds are compared, since other work on
 * the machine slows all alike. --golden DIR, --rounds N, --json.
 */
import { parseArgs } from "node:util";
import { runLength } from "../../src/network/latency.ts";
import { type Network, sizeOf } from "../../src/network/network.ts";
import { createActivity } from "../../src/simulate/activity.ts";
import { encodeSample } from "../../src/simulate/encode.ts";
import { spreadsOf } from "../../src/simulate/fan-out.ts";
import { createSimulator } from "../../src/simulate/reference.ts";
import { createStream } from "../../src/simulate/stream.ts";
import { compile } from "../../src/simulate/wasm/compile.ts";
import { createWasmSimulator } from "../../src/simulate/wasm/engine.ts";
import { createSpikeLoader } from "../../src/simulate/wasm/load-spikes.ts";
import { planNetwork } from "../../src/simulate/wasm/plan.ts";
import { findGolden, goldenFiles } from "../conformance/golden.ts";
import { networkOf, readWorkload } from "../conformance/runners/engine.ts";
import { recurrentWorkload, w4 } from "./recurrent.ts";
import { createRoofline } from "./roofline.ts";

const imageBytes = 28 * 28;
const nothing: ReadonlySet<string> = new Set();
/** About as long as a round of the largest workload. */
const rooflinePasses = 20_000;

interface Subject {
  readonly name: string;
  readonly network: Network;
  readonly samples: readonly Uint8Array[];
}

/** CPU microseconds of this process while `work` runs. */
function cpuMicroseconds(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function readSubjects(folder: string | undefined): Subject[] {
  const files = goldenFiles(findGolden(folder), ["engine/"]);
  if ("missing" in files) throw new Error(`${files.missing} is missing`);
  return files.paths
    .filter((path) => path.endsWith(".json"))
    .map((path) => {
      const name = path.slice("engine/".length, -".json".length);
      const { workload, weights, images } = readWorkload(files, name);
      const samples = Array.from({ length: workload.N }, (_, i) =>
        images.subarray(i * imageBytes, (i + 1) * imageBytes),
      );
      return { name, network: networkOf(workload, weights, name), samples };
    });
}

function recurrentSubject(): Subject {
  const { network, sample } = recurrentWorkload(w4);
  return { name: network.name, network, samples: [sample] };
}

/** Spikes of every population over the samples; throws where the engines differ. */
function totalsUnderBoth({ name, network, samples }: Subject): Record<string, number> {
  const engines = [createWasmSimulator(network), createSimulator(network)];
  const [found, expected] = engines.map((engine) => {
    const totals: Record<string, number> = Object.fromEntries(network.populations.map((p) => [p.name, 0]));
    for (const sample of samples) {
      const { events } = engine.run(encodeSample(network, sample)).train;
      for (const population of Object.keys(totals)) {
        const { neurons, values } = events.get(population)!;
        totals[population] +=
          values === null ? neurons.length : values.reduce((sum, value) => sum + value, 0);
      }
    }
    return totals;
  });
  for (const [population, spikes] of Object.entries(expected))
    if (found[population] !== spikes)
      throw new Error(
        `${name}: '${population}' spikes ${found[population]} times, and ${spikes} in the reference`,
      );
  return found;
}

/** What happens in a workload: synaptic operations a sample and rates, which do not depend on the engine. */
function activityOf({ network, samples }: Subject) {
  const simulator = createWasmSimulator(network);
  const activity = createActivity(network, spreadsOf(network));
  for (const sample of samples) activity.add(simulator.runSample(sample).train);
  return { synops: activity.synops(), rates: activity.layers().map(({ rate }) => rate) };
}

/** Bytes of all weights, as the network itself has them. */
function weightBytes({ projections }: Network): number {
  return projections.reduce((sum, { connection }) => {
    const rows =
      connection.kind === "sparse" ? connection.offsets.byteLength + connection.targets.byteLength : 0;
    return sum + connection.weights.byteLength + rows;
  }, 0);
}

/** Rounds of CPU time, each over the same samples. */
function measure(subject: Subject, rounds: number) {
  const { network, samples } = subject;
  const generation = Array.from(
    { length: 5 },
    () => cpuMicroseconds(() => createWasmSimulator(network)) / 1000,
  );
  const wasm = createWasmSimulator(network);
  const reference = createSimulator(network);
  const roofline = createRoofline();
  const { synops, rates } = activityOf(subject);
  // Enough for a clock of milliseconds, whatever the network.
  const repeats = Math.max(1, Math.round(1.2e8 / (synops * samples.length)));
  const rows: { wasm: number; reference: number; additions: number }[] = [];
  for (let round = -1; round < rounds; round++) {
    const wasmTime = cpuMicroseconds(() => {
      for (let repeat = 0; repeat < repeats; repeat++)
        for (const sample of samples) wasm.runSample(sample, { events: nothing });
    });
    const some = samples.slice(0, 4);
    const referenceTime = cpuMicroseconds(() => {
      for (const sample of some) reference.run(encodeSample(network, sample));
    });
    let additions = 0;
    const rooflineTime = cpuMicroseconds(() => {
      additions = roofline.run(rooflinePasses);
    });
    // The first round warms up.
    if (round < 0) continue;
    rows.push({
      wasm: wasmTime / (repeats * samples.length),
      reference: referenceTime / some.length,
      additions: additions / rooflineTime,
    });
  }
  const time = median(rows.map((row) => row.wasm));
  return {
    name: subject.name,
    microseconds: time,
    reference: median(rows.map((row) => row.reference)),
    timesReference: median(rows.map((row) => row.reference / row.wasm)),
    synops,
    gigasynops: synops / time / 1000,
    roofline: median(rows.map((row) => row.additions)) / 1000,
    rooflineShare: median(rows.map((row) => synops / row.wasm / row.additions)),
    rates,
    spikes: totalsUnderBoth({ ...subject, samples: samples.slice(0, 4) }),
    generation: { first: generation[0], median: median(generation) },
    bytes: { code: wasm.codeBytes, memory: wasm.memoryBytes, weights: weightBytes(network) },
  };
}

/** Median and 95th percentile of a step of a stream, in microseconds on the clock: one spike list in, one out. */
function measureStream({ network, samples }: Subject) {
  const stream = createStream(network);
  const input = network.inputs[0].name;
  const steps = samples.slice(0, 16).flatMap((sample) => {
    const { offsets, neurons } = encodeSample(network, sample).events.get(input)!;
    return Array.from({ length: network.timesteps }, (_, step) =>
      neurons.slice(offsets[step], offsets[step + 1]),
    );
  });
  const times: number[] = [];
  for (let pass = 0; pass < 8; pass++)
    for (const neurons of steps) {
      const start = performance.now();
      stream.push(neurons);
      if (pass >= 4) times.push((performance.now() - start) * 1000);
    }
  times.sort((a, b) => a - b);
  return { p50: times[times.length >> 1], p95: times[Math.floor(times.length * 0.95)] };
}

/**
 * The first population of an MLP by itself, its spikes already in memory: nothing but synapses and neurons. Membranes go on
 * from sample to sample, which changes no synapse.
 */
function measureFirstLayer({ network, samples }: Subject, rounds: number) {
  const { lists, layers, ...plan } = planNetwork(network, { steps: runLength(network), graded: false });
  const { name } = network.populations[0];
  const compiled = compile({ lists, layers, ...plan });
  const { run } = compiled.layers.find((layer) => layer.plan.name === name)!;
  const input = network.inputs[0].name;
  const loader = createSpikeLoader(lists.get(input)!, compiled.memory);
  const events = encodeSample(network, samples[0]).events.get(input)!;
  const { timesteps } = network;
  for (let step = 0; step < timesteps; step++) loader.load(events, step, step);
  const synops = events.neurons.length * sizeOf(network.populations[0].shape);
  const roofline = createRoofline();
  const repeats = Math.round(4e8 / synops);
  const rows: { time: number; share: number }[] = [];
  for (let round = -1; round < rounds; round++) {
    const total = cpuMicroseconds(() => {
      for (let repeat = 0; repeat < repeats; repeat++) run(0, timesteps);
    });
    let additions = 0;
    const rooflineTime = cpuMicroseconds(() => {
      additions = roofline.run(rooflinePasses);
    });
    const time = total / repeats;
    if (round >= 0) rows.push({ time, share: synops / time / (additions / rooflineTime) });
  }
  return {
    name: `${network.name}, ${name} alone`,
    synops,
    microseconds: median(rows.map(({ time }) => time)),
    rooflineShare: median(rows.map(({ share }) => share)),
  };
}

type Measured = ReturnType<typeof measure>;

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

const columns: readonly [string, (row: Measured) => string][] = [
  ["workload", ({ name }) => name],
  ["us/sample", ({ microseconds }) => microseconds.toFixed(1)],
  ["reference", ({ reference }) => reference.toFixed(0)],
  ["faster", ({ timesReference }) => `${timesReference.toFixed(1)}x`],
  ["Gsynop/s", ({ gigasynops }) => gigasynops.toFixed(1)],
  ["roofline", ({ roofline }) => roofline.toFixed(1)],
  ["share", ({ rooflineShare }) => `${(100 * rooflineShare).toFixed(0)} %`],
  ["synops", ({ synops }) => (synops / 1e6).toFixed(2).concat(" M")],
  ["generation", ({ generation }) => `${generation.median.toFixed(0)} ms`],
  ["module", ({ bytes }) => `${(bytes.code / 1024).toFixed(1)} KB`],
  ["weights", ({ bytes }) => megabytes(bytes.weights)],
  ["memory", ({ bytes }) => megabytes(bytes.memory)],
  [
    "rates",
    ({ rates }) =>
      rates
        .map((rate) => (100 * rate).toPrecision(2))
        .join("/")
        .concat(" %"),
  ],
];

function main(): void {
  const { values } = parseArgs({
    options: {
      golden: { type: "string" },
      rounds: { type: "string", default: "11" },
      json: { type: "boolean", default: false },
    },
  });
  const rounds = Number(values.rounds);
  if (!(Number.isInteger(rounds) && rounds >= 1))
    throw new Error(`--rounds ${values.rounds}: a whole number`);
  const golden = readSubjects(values.golden);
  // First: a process that streams holds one network, and the code of others would blunt what the compiler knows of it.
  const stream = { name: golden[0].name, ...measureStream(golden[0]) };
  const subjects = [...golden, recurrentSubject()];
  const rows = subjects.map((subject) => measure(subject, rounds));
  const dense = golden.find(({ network }) => network.projections[0].connection.kind === "dense");
  const layer = dense === undefined ? null : measureFirstLayer(dense, rounds);
  if (values.json) {
    console.log(JSON.stringify({ rounds, workloads: rows, layer, stream }));
    return;
  }
  for (const row of [columns.map(([title]) => title), ...rows.map((r) => columns.map(([, text]) => text(r)))])
    console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(12) : cell.padStart(10))).join(" "));
  if (layer !== null)
    console.log(
      `${layer.name}: ${layer.microseconds.toFixed(1)} us, ${(100 * layer.rooflineShare).toFixed(0)} % of the roofline`,
    );
  console.log(
    `stream ${stream.name}: p50 ${stream.p50.toFixed(1)} us a step, p95 ${stream.p95.toFixed(1)} us`,
  );
}

main();
