/**
 * Samples through a Device beside the simulation: stimulus in, spikes out, compared event by event at equal absolute steps.
 * The same code serves `run --port`, `verify`, `simulate --device`, `deploy` and the demo.
 */
import { runLength } from "../../network/latency.ts";
import type { Network } from "../../network/network.ts";
import { createActivity, type LayerActivity } from "../../simulate/activity.ts";
import { encodeSample } from "../../simulate/encode.ts";
import { createEngine, type EngineKind } from "../../simulate/engine.ts";
import { readTrain } from "../../simulate/readout.ts";
import type { Run } from "../../simulate/reference.ts";
import { addComparisons, type Comparison, compareTrains, noComparison } from "../../target/compare.ts";
import type { Device, Placement, Target } from "../../target/target.ts";
import { createBreather } from "../interrupt.ts";
import type { ScaledSamples } from "../samples.ts";
import { classOf, sampleOf, type Watch } from "../verification/evaluate.ts";

export interface BoardResult {
  readonly samples: number;
  /** Classes by the board's own spikes. */
  readonly predicted: Int32Array;
  readonly comparison: Comparison;
  /** The sample in which the first difference lies. */
  readonly differsAt: number | null;
  /** What the simulation beside it did. */
  readonly layers: readonly LayerActivity[];
  /** Synaptic operations a sample. */
  readonly synops: number;
  /** Spent on the device alone. */
  readonly seconds: number;
  /** Of these, the board itself computed, as far as it tells. */
  readonly computed: number | null;
}

export interface BoardRunOptions extends Watch {
  /** What simulates beside the device; default: wasm. */
  readonly engine?: EngineKind;
  /** Sees each simulated run. */
  readonly onRun?: (run: Run, index: number) => void;
}

async function runSample(
  network: Network,
  target: Target,
  placement: Placement,
  device: Device,
  sample: Float32Array,
) {
  const input = encodeSample(network, sample);
  const steps = runLength(network);
  await device.reset();
  const events = await device.run(target.stimulus(placement, input), steps);
  return { input, found: target.readings(placement, events) };
}

/** The device must hold the placement's Image. */
export async function runOnDevice(
  target: Target,
  placement: Placement,
  device: Device,
  samples: ScaledSamples,
  options: BoardRunOptions,
): Promise<BoardResult> {
  const { network } = placement;
  const engine = createEngine(network, options.engine === undefined ? {} : { engine: options.engine });
  const activity = createActivity(network, engine.spreads());
  const predicted = new Int32Array(samples.count);
  const breathe = createBreather(options.signal);
  let comparison: Comparison = noComparison;
  let differsAt: number | null = null;
  let seconds = 0;
  let computed: number | null = null;
  for (let index = 0; index < samples.count; index++) {
    const started = performance.now();
    const { input, found } = await runSample(network, target, placement, device, sampleOf(samples, index));
    seconds += (performance.now() - started) / 1000;
    const own = device.computed?.() ?? null;
    if (own !== null) computed = (computed ?? 0) + own / 1000;
    const run = engine.run(input);
    activity.add(run.train);
    const difference = compareTrains(run.train, found, placement.observed);
    if (difference.mismatches > 0) differsAt ??= index;
    comparison = addComparisons(comparison, difference);
    predicted[index] = classOf(
      network,
      readTrain(network, found),
      found.membranes?.get(network.readout.population) ?? null,
    ).label;
    options.onRun?.(run, index);
    options.progress.update(index + 1, samples.count);
    await breathe();
  }
  options.progress.end();
  return {
    samples: samples.count,
    predicted,
    comparison,
    differsAt,
    layers: activity.layers(),
    synops: activity.synops(),
    seconds,
    computed,
  };
}

/** "1.20 ms an inference (0.30 ms of it on the board), 833 samples/s". */
export function speedText({
  samples,
  seconds,
  computed,
}: Pick<BoardResult, "samples" | "seconds" | "computed">): string {
  const each = (total: number) => `${((1000 * total) / samples).toFixed(2)} ms`;
  const board = computed === null ? "" : ` (${each(computed)} of it on the board)`;
  return `${each(seconds)} an inference${board}, ${(samples / seconds).toFixed(0)} samples/s`;
}

/** "0 mismatches / 1234 spikes", and where the first one lies. */
export function comparisonText({
  comparison,
  differsAt,
}: Pick<BoardResult, "comparison" | "differsAt">): string {
  const { first, mismatches, spikes } = comparison;
  const total = `${mismatches} mismatches / ${spikes} spikes`;
  if (first === null) return total;
  const { layer, step, neuron, expected, found } = first;
  return `first difference: sample ${differsAt}, layer ${layer}, step ${step}, neuron ${neuron}: ${expected} expected, ${found} found\n${total}`;
}
