/**
 * One sample through a paired network, every layer in a stage of its own choice: values where the stage computes values,
 * spikes where it runs. A layer that runs hears a source of values as a steady current, so that any mixture is defined: all
 * layers in one stage, the first ones spiking and the rest floats, or a single layer back in floats among spikes.
 */
import { latencies } from "../../network/latency.ts";
import type { Events } from "../../network/spikes.ts";
import { classify } from "../../simulate/classify.ts";
import { readAtStep } from "../../simulate/readout.ts";
import type { Run } from "../../simulate/reference.ts";
import { activeOf, createReplays, type Heard, heardOf, type Replay } from "../../simulate/replay.ts";
import { poolWindows } from "../pool-windows.ts";
import type { PairedLayer, PairedNetwork } from "./pair-layers.ts";
import { activate, inputValues, type Stage, stages, type ValueStage } from "./stages.ts";

/** What a layer or the input is in one sample. */
export interface LayerState {
  /** Activations; the logits of the output. */
  readonly values: Float64Array;
  /** What layers that run hear of it. */
  readonly heard: Heard;
}

/** By name of the input and of every layer; `always` inputs too. */
export type LayerStates = ReadonlyMap<string, LayerState>;

export interface Stager {
  readonly paired: PairedNetwork;
  /** Whether layers can run alone: not where the order of single spikes is part of the law. */
  readonly runsLayers: boolean;
  /** A run of the whole network: every layer in stage "steps". */
  statesOfRun(run: Run): Map<string, LayerState>;
  /** The sample as the stage sees it. */
  inputState(sample: ArrayLike<number>, stage: ValueStage): LayerState;
  /** One layer from the states of its sources. */
  layerState(layer: PairedLayer, states: LayerStates, stage: Stage): LayerState;
}

/** Spikes a step that stand for activations; a neuron whose spikes are worth nothing sends none. */
function ratesOf(values: Float64Array, spikeValue: Float64Array): Float64Array {
  return values.map((value, i) => (spikeValue[i] > 0 ? value / spikeValue[i] : 0));
}

/** Activations as what a steady source sends. */
function steady(values: Float64Array, spikeValue: Float64Array): LayerState {
  return { values, heard: { kind: "steady", rates: ratesOf(values, spikeValue) } };
}

/** Activations from the spikes of T steps after the latency. */
function countedValues(
  events: Events,
  latency: number,
  timesteps: number,
  spikeValue: Float64Array,
): Float64Array {
  const { offsets, neurons, values } = events;
  const counted = new Float64Array(spikeValue.length);
  const end = offsets[Math.min(offsets.length - 1, latency + timesteps)];
  for (let event = offsets[latency]; event < end; event++) counted[neurons[event]] += values?.[event] ?? 1;
  return counted.map((count, i) => (count * spikeValue[i]) / timesteps);
}

/** Largest activation of each window of the one source. */
function pooledValues(
  { activation, spikeValue }: PairedLayer,
  windows: readonly Int32Array[],
  source: Float64Array,
) {
  const [channels] = activation.shape;
  const mapSize = source.length / channels;
  return Float64Array.from(spikeValue, (_, i) => {
    const start = Math.floor(i / windows.length) * mapSize;
    let largest = 0; // Behind a ReLU nothing is smaller.
    for (const place of windows[i % windows.length]) largest = Math.max(largest, source[start + place]);
    return largest;
  });
}

export function createStager(paired: PairedNetwork): Stager {
  const { network, input, inputValue, layers } = paired;
  const { timesteps, readout } = network;
  const replays = createReplays(network);
  const latency = latencies(network);
  const windows = new Map(
    layers
      .filter(({ activation }) => activation.kind === "maxPool")
      .map(({ name, activation }) => [
        name,
        poolWindows(activation.drives[0].sourceShape, activation.drives[0].pools[0]),
      ]),
  );

  function logitsOfReading(reading: Float64Array): LayerState {
    const values = reading.map((value) => (value * readout.scale + readout.offset) / timesteps);
    return { values, heard: { kind: "steady", rates: new Float64Array(0) } };
  }

  function valueState(layer: PairedLayer, states: LayerStates, stage: ValueStage): LayerState {
    const { name, activation, spikeValue, drives } = layer;
    if (activation.kind === "maxPool") {
      const source = states.get(activation.drives[0].source)!;
      return steady(pooledValues(layer, windows.get(name)!, source.values), spikeValue);
    }
    const values = Float64Array.from(activation.constant);
    for (const { source, float, quantized } of drives) {
      const own = states.get(source)!.values;
      const carried = stage === "original" ? own : ratesOf(own, valuesPerSpike.get(source)!);
      const { neurons, values: active } = activeOf(carried);
      (stage === "original" ? float : quantized).carry(neurons, active, 0, neurons.length, values);
    }
    activate(layer, network, stage, values);
    return activation.kind === "output"
      ? { values, heard: { kind: "steady", rates: new Float64Array(0) } }
      : steady(values, spikeValue);
  }

  const valuesPerSpike = new Map([
    [input.name, inputValue],
    ...layers.map((l) => [l.name, l.spikeValue] as const),
  ]);

  function runState(layer: PairedLayer, states: LayerStates): LayerState {
    const { name, activation, spikeValue } = layer;
    // A pool of values has nothing to lose: spikes of windows coincide or not only where there are spikes.
    if (activation.kind === "maxPool" && states.get(activation.drives[0].source)!.heard.kind === "steady")
      return valueState(layer, states, "original");
    const replay = replays.get(name)!;
    const heard = new Map([...states].map(([source, state]) => [source, state.heard]));
    const { events, membrane } = replay.run(heard);
    if (activation.kind === "output") return logitsOfReading(readingOf(replay, events, membrane));
    const values = countedValues(events, replay.latency, timesteps, spikeValue);
    return { values, heard: { kind: "events", events } };
  }

  function readingOf({ population, latency }: Replay, events: Events, membrane: Float64Array): Float64Array {
    const train = { steps: timesteps + latency, events: new Map([[population.name, events]]) };
    return readAtStep(network, train, timesteps, membrane);
  }

  /** The input's spikes or currents as values: a steady one counts from its zero point. */
  function inputOfRun(heard: Heard): Float64Array {
    if (heard.kind === "events") return countedValues(heard.events, 0, timesteps, inputValue);
    const zeroPoint = "zeroPoint" in input.encoder ? input.encoder.zeroPoint : 0;
    return heard.rates.map((rate, i) => (rate - zeroPoint) * inputValue[i]);
  }

  return {
    paired,
    runsLayers: replays.size > 0,
    statesOfRun({ train, readings }) {
      const states = new Map<string, LayerState>();
      for (const [name, heard] of heardOf(network, train.events)) {
        const layer = layers.find((candidate) => candidate.name === name);
        if (name === input.name) states.set(name, { values: inputOfRun(heard), heard });
        else if (layer === undefined) states.set(name, { values: new Float64Array(0), heard });
        else if (layer.activation.kind === "output") states.set(name, logitsOfReading(readings[0]));
        else if (heard.kind === "events") {
          states.set(name, {
            values: countedValues(heard.events, latency.get(name)!, timesteps, layer.spikeValue),
            heard,
          });
        }
      }
      return states;
    },
    inputState(sample, stage) {
      const values = inputValues(paired, sample, stage);
      const zeroPoint = "zeroPoint" in input.encoder ? input.encoder.zeroPoint : 0;
      const rates = values.map((value, i) => value / inputValue[i] + zeroPoint);
      return { values, heard: { kind: "steady", rates } };
    },
    layerState: (layer, states, stage) =>
      stage === "steps" ? runState(layer, states) : valueState(layer, states, stage),
  };
}

/** All layers in one stage of values; returns every state. */
export function statesOfStage(
  stager: Stager,
  sample: ArrayLike<number>,
  stage: ValueStage,
): Map<string, LayerState> {
  const { input, layers } = stager.paired;
  const states = new Map([[input.name, stager.inputState(sample, stage)]]);
  for (const layer of layers) states.set(layer.name, stager.layerState(layer, states, stage));
  return states;
}

/** The input and the layers up to number `last` as they run (-1: the input alone), all others in floats. Returns the logits. */
export function logitsUpTo(stager: Stager, running: LayerStates, last: number): Float64Array {
  const { layers } = stager.paired;
  const states = new Map(running);
  for (const layer of layers.slice(last + 1))
    states.set(layer.name, stager.layerState(layer, states, "original"));
  return states.get(layers[layers.length - 1].name)!.values;
}

/** Layer number `floated` in floats (-1: the input), all others as they run; only where `runsLayers`. Returns the logits. */
export function logitsWithout(
  stager: Stager,
  running: LayerStates,
  sample: ArrayLike<number>,
  floated: number,
): Float64Array {
  const { input, layers } = stager.paired;
  const states = new Map(running);
  const changed = new Set([floated < 0 ? input.name : layers[floated].name]);
  if (floated < 0) states.set(input.name, stager.inputState(sample, "original"));
  else states.set(layers[floated].name, stager.layerState(layers[floated], states, "original"));
  for (const layer of layers.slice(floated + 1)) {
    if (!layer.activation.drives.some(({ source }) => changed.has(source))) continue;
    changed.add(layer.name);
    states.set(layer.name, stager.layerState(layer, states, "steps"));
  }
  return states.get(layers[layers.length - 1].name)!.values;
}

/** The class of logits; a single one is a yes or no at 0. */
export function labelOf(logits: Float64Array): number {
  return logits.length === 1 ? Number(logits[0] > 0) : classify(logits, null).label;
}

/** Stages that compute with values, the original left out. */
export const lossyValueStages = stages.filter(
  (stage): stage is Exclude<ValueStage, "original"> => stage !== "original" && stage !== "steps",
);
