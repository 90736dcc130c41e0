/** How a sigma-delta network behaves on some calibration inputs: what its neurons sent, against the float activations. */
import { sizeOf } from "../../graph/graph.ts";
import { latencies } from "../../network/latency.ts";
import type { Network } from "../../network/network.ts";
import type { Events } from "../../network/spikes.ts";
import { createEngine } from "../../simulate/engine.ts";
import type { ActivationValues } from "../check-fold.ts";
import type { CalibrationInputs, LayerReport } from "../options.ts";

const samplesRun = 32;

/** Steps in which a population hears the sample: behind them it hears that the sample is gone. */
interface Window {
  readonly from: number;
  readonly to: number;
}

interface Tally {
  squared: number;
  squaredError: number;
  events: number;
  saturated: number;
  readonly fired: Uint8Array;
}

function addSample(
  tally: Tally,
  { offsets, neurons, values }: Events,
  perSpike: Float64Array,
  activations: ArrayLike<number>,
  { from, to }: Window,
): void {
  const size = tally.fired.length;
  const sums = new Float64Array(size);
  const counts = new Uint32Array(size);
  for (let event = offsets[from]; event < offsets[to]; event++) {
    sums[neurons[event]] += values?.[event] ?? 1;
    counts[neurons[event]]++;
  }
  for (let i = 0; i < size; i++) {
    const unit = perSpike[Math.floor((i * perSpike.length) / size)];
    tally.squared += activations[i] ** 2;
    tally.squaredError += (activations[i] - unit * sums[i]) ** 2;
    tally.events += counts[i];
    if (counts[i] > 0) tally.fired[i] = 1;
    if (counts[i] >= to - from) tally.saturated++;
  }
}

/** One report a hidden population. perSpike: activation per unit sent, by population. */
export function sigmaDeltaReports(
  network: Network,
  perSpike: ReadonlyMap<string, Float64Array>,
  weightSnr: ReadonlyMap<string, number>,
  values: ActivationValues,
  calibration: CalibrationInputs,
): LayerReport[] {
  const names = [...weightSnr.keys()].filter((name) => name !== network.readout.population);
  const engine = createEngine(network);
  const latency = latencies(network);
  const samples = Math.min(samplesRun, calibration.samples);
  const perSample = calibration.values.length / calibration.samples;
  const sizes = new Map(network.populations.map(({ name, shape }) => [name, sizeOf(shape)]));
  const tallies = new Map(
    names.map((name): [string, Tally] => [
      name,
      { squared: 0, squaredError: 0, events: 0, saturated: 0, fired: new Uint8Array(sizes.get(name)!) },
    ]),
  );
  for (let sample = 0; sample < samples; sample++) {
    const input = calibration.values.subarray(sample * perSample, (sample + 1) * perSample);
    const { train } = engine.runSample(input);
    for (const [name, tally] of tallies) {
      const size = sizes.get(name)!;
      const own = values.get(name)!.subarray(sample * size, (sample + 1) * size);
      const window = { from: 0, to: latency.get(name)! + network.timesteps };
      addSample(tally, train.events.get(name)!, perSpike.get(name)!, own, window);
    }
  }
  return [...tallies].map(([name, tally]) => {
    const neurons = tally.fired.length;
    const pairs = samples * neurons;
    return {
      name,
      neurons,
      rateError: tally.squared > 0 ? Math.sqrt(tally.squaredError / tally.squared) : 0,
      rate: tally.events / (pairs * network.timesteps),
      deadFraction: 1 - tally.fired.reduce((sum, one) => sum + one, 0) / neurons,
      saturatedFraction: tally.saturated / pairs,
      weightSnr: weightSnr.get(name)!,
    };
  });
}
