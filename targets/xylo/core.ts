/**
 * The Xylo core, timestep by timestep, in words of 16 bits. Facts are from SynSense's simulator as Rockpool 42cee1c drives it
 * (rockpool/devices/xylo/syns61201/xylo_sim.py) and from golden vectors, xylo/sim_cases.json.
 *
 * A timestep delivers the input spikes, then the hidden spikes of the step before, every single spike with a saturating addition;
 * then hidden neurons evolve in the order of their numbers, then outputs. Nothing is put off to the end of a sum: what saturates
 * on the way stays cut off.
 */
import type { HiddenNeuron, OutputNeuron, XyloConfiguration, XyloSynapse } from "./configuration.ts";

const most = { input: 15, hidden: 31, output: 1 } as const;

/** State after a step, as the chip's memories show it. */
export interface CoreState {
  readonly hiddenSpikes: Uint8Array;
  readonly outputSpikes: Uint8Array;
  /** By synaptic state. */
  readonly hiddenCurrents: readonly [Int16Array, Int16Array];
  readonly hiddenMembranes: Int16Array;
  readonly outputCurrents: Int16Array;
  readonly outputMembranes: Int16Array;
}

export interface Core extends CoreState {
  /** All states and pending spikes at 0. */
  reset(): void;
  /** One timestep; spikes: by input channel, of which the core takes 15 a channel. */
  step(spikes: ArrayLike<number>): void;
}

function saturate(value: number): number {
  return value > 32767 ? 32767 : value < -32768 ? -32768 : value;
}

/** What a state loses in a step: its arithmetic shift by the dash, and at least one unit toward zero. */
function loss(state: number, dash: number): number {
  const shifted = state >> dash;
  return shifted === 0 ? Math.sign(state) : shifted;
}

/** Synapses of one stage with their weights shifted, as words of 16 bits. */
function shifted(synapses: readonly (readonly XyloSynapse[])[], shift: number) {
  return synapses.map((row) =>
    row.map(({ target, state, weight }) => ({ target, state, weight: ((weight << shift) << 16) >> 16 })),
  );
}

type Row = ReturnType<typeof shifted>[number];

function deliver(row: Row, spikes: number, currents: readonly Int16Array[]): void {
  for (let spike = 0; spike < spikes; spike++)
    for (const { target, state, weight } of row)
      currents[state][target] = saturate(currents[state][target] + weight);
}

/** Shared by hidden neurons and outputs: the membrane after the step's current and bias. */
function evolved(v: number, dash: number, current: number, bias: number | null): number {
  let change = saturate(-loss(v, dash) + current);
  if (bias !== null) change = saturate(change + bias);
  return saturate(v + change);
}

export function createCore(configuration: XyloConfiguration): Core {
  const { hidden, outputs, shifts, hasBias } = configuration;
  const rows = {
    input: shifted(configuration.inputSynapses, shifts.input),
    hidden: shifted(configuration.hiddenSynapses, shifts.hidden),
    output: shifted(configuration.outputSynapses, shifts.output),
  };
  const hiddenSpikes = new Uint8Array(hidden.length);
  const before = new Uint8Array(hidden.length);
  const outputSpikes = new Uint8Array(outputs.length);
  const hiddenCurrents = [new Int16Array(hidden.length), new Int16Array(hidden.length)] as const;
  const hiddenMembranes = new Int16Array(hidden.length);
  const outputCurrents = new Int16Array(outputs.length);
  const outputMembranes = new Int16Array(outputs.length);

  function deliverAll(spikes: ArrayLike<number>): void {
    rows.input.forEach((row, channel) => {
      deliver(row, Math.min(most.input, spikes[channel] ?? 0), hiddenCurrents);
    });
    for (let neuron = 0; neuron < before.length; neuron++) {
      if (before[neuron] === 0) continue;
      deliver(rows.hidden[neuron], before[neuron], hiddenCurrents);
      deliver(rows.output[neuron], before[neuron], [outputCurrents]);
    }
  }

  /** hiddenSpikes holds what aliases have added so far; a target of a lower number has evolved already, and only counts. */
  function evolveHidden(
    { synapseDashes, membraneDash, threshold, bias, alias }: HiddenNeuron,
    id: number,
  ): void {
    const [first, second] = hiddenCurrents;
    first[id] -= loss(first[id], synapseDashes[0]);
    second[id] -= loss(second[id], synapseDashes[1]);
    const current = first[id] + second[id];
    let membrane = evolved(hiddenMembranes[id], membraneDash, current, hasBias ? bias : null);
    let spikes = hiddenSpikes[id];
    while (membrane >= threshold && spikes < most.hidden) {
      spikes++;
      membrane -= threshold;
    }
    hiddenMembranes[id] = membrane;
    hiddenSpikes[id] = spikes;
    if (alias !== null) hiddenSpikes[alias] = Math.min(most.hidden, hiddenSpikes[alias] + spikes);
  }

  function evolveOutput({ synapseDash, membraneDash, threshold, bias }: OutputNeuron, id: number): void {
    outputCurrents[id] -= loss(outputCurrents[id], synapseDash);
    const membrane = evolved(outputMembranes[id], membraneDash, outputCurrents[id], hasBias ? bias : null);
    const fires = membrane >= threshold;
    outputSpikes[id] = fires ? most.output : 0;
    outputMembranes[id] = fires ? membrane - threshold : membrane;
  }

  return {
    hiddenSpikes,
    outputSpikes,
    hiddenCurrents,
    hiddenMembranes,
    outputCurrents,
    outputMembranes,
    reset() {
      for (const state of [
        hiddenSpikes,
        before,
        outputSpikes,
        hiddenMembranes,
        outputCurrents,
        outputMembranes,
      ])
        state.fill(0);
      for (const currents of hiddenCurrents) currents.fill(0);
    },
    step(spikes) {
      before.set(hiddenSpikes);
      hiddenSpikes.fill(0);
      deliverAll(spikes);
      hidden.forEach(evolveHidden);
      outputs.forEach(evolveOutput);
    },
  };
}
