/**
 * sinabs' neurons (904eb89), operation by operation:
 *
 *     recurrent:  x := x + W n, with the spikes n of the last step
 *     synapse:    i = alphaSyn (i + x), where there is one, else i = x
 *     membrane:   v = alphaMem v + (normInput ? (1 - alphaMem) i : i); IAF: v += i
 *     spikes:     MultiSpike n = [v > 0] trunc(v / threshold); SingleSpike n = [v - threshold >= 0]; MaxSpike min(n, k)
 *     reset:      v -= n amount, or v = value where n > 0 (everyStep, as sinabs' code runs: v = v [n = 0] + value)
 *     floor:      v = relu(v - minimum) + minimum
 *
 * ExpLeak never fires: its output is v before the floor. ALIF compares with a threshold that its own spikes raise:
 * b = alphaAdapt b + (1 - alphaAdapt) n; vt = threshold + adaptScale b, from the next step on; it takes n vt off.
 */
import { sizeOf } from "../graph.ts";
import type { SinabsAlifNode, SinabsNode, SinabsReset, SpikeFunction } from "../spiking-neurons.ts";
import { initialMembrane, perNeuron, type Stepper } from "./stepper.ts";
import { compileScatter } from "./weights.ts";

const { fround } = Math;

export function compileSinabs(node: SinabsNode): Stepper {
  const neurons = sizeOf(node.shape);
  const vInit = initialMembrane(node.vInit, neurons);
  const membrane = Float32Array.from(vInit);
  const current = node.alphaSyn ? new Float32Array(neurons) : null;
  const output = new Float32Array(neurons);
  const drive = compileDrive(node, neurons, current, output);
  const integrate = compileMembrane(node, membrane);
  const clip = compileFloor(node, membrane);
  const adaptation = node.type === "SinabsALIF" ? compileAdaptation(node, neurons) : null;
  const fire = compileSpikes(node, membrane, output, adaptation?.threshold ?? null);

  const step = (input: Float32Array): void => {
    integrate(drive(input));
    fire();
    clip();
    adaptation?.step(output);
  };
  const reset = (): void => {
    membrane.set(vInit);
    current?.fill(0);
    output.fill(0);
    adaptation?.reset();
  };
  const others = new Map(
    adaptation
      ? [
          ["adaptation", adaptation.trace],
          ["threshold", adaptation.threshold],
        ]
      : [],
  );
  return { output, membrane, current, others, step, reset, emit: null };
}

/** Input, recurrence and synapse: what reaches the membrane. */
function compileDrive(
  node: SinabsNode,
  neurons: number,
  current: Float32Array | null,
  spikes: Float32Array,
): (input: Float32Array) => Float32Array {
  const recur = node.recurrentWeight ? compileScatter(node.recurrentWeight) : null;
  const back = new Float32Array(neurons);
  const withRecurrence = (input: Float32Array): Float32Array => {
    if (!recur) return input;
    recur(spikes, back);
    for (let i = 0; i < neurons; i++) back[i] += input[i];
    return back;
  };
  if (!current || !node.alphaSyn) return withRecurrence;
  const alpha = perNeuron(node.alphaSyn, neurons);
  return (input) => {
    const total = withRecurrence(input);
    for (let i = 0; i < neurons; i++) current[i] = alpha[i] * fround(current[i] + total[i]);
    return current;
  };
}

function compileMembrane(node: SinabsNode, membrane: Float32Array): (drive: Float32Array) => void {
  const neurons = membrane.length;
  if (node.type === "SinabsIAF") {
    return (drive) => {
      for (let i = 0; i < neurons; i++) membrane[i] += drive[i];
    };
  }
  const alpha = perNeuron(node.alphaMem, neurons);
  if (!node.normInput) {
    return (drive) => {
      for (let i = 0; i < neurons; i++) membrane[i] = fround(alpha[i] * membrane[i]) + drive[i];
    };
  }
  const share = alpha.map((factor) => 1 - factor);
  return (drive) => {
    for (let i = 0; i < neurons; i++)
      membrane[i] = fround(alpha[i] * membrane[i]) + fround(share[i] * drive[i]);
  };
}

/** Spikes and reset; `risen`: the threshold of ALIF. */
function compileSpikes(
  node: SinabsNode,
  membrane: Float32Array,
  spikes: Float32Array,
  risen: Float32Array | null,
): () => void {
  if (node.type === "SinabsExpLeak") return () => spikes.set(membrane);
  const neurons = membrane.length;
  const threshold = risen ?? perNeuron(node.threshold, neurons);
  const count = countOf(node.spikes);
  const takeOff = compileReset(node.reset, membrane, spikes, threshold);
  return () => {
    for (let i = 0; i < neurons; i++) spikes[i] = count(membrane[i], threshold[i]);
    takeOff();
  };
}

function countOf(spikes: SpikeFunction): (membrane: number, threshold: number) => number {
  switch (spikes.kind) {
    case "single":
      return (membrane, threshold) => (membrane >= threshold ? 1 : 0);
    case "multi":
      return many;
    case "max":
      return (membrane, threshold) => Math.min(many(membrane, threshold), spikes.maximum);
  }
}

/** A threshold of 0 makes one spike, not infinitely many. */
function many(membrane: number, threshold: number): number {
  if (!(membrane > 0)) return 0;
  return threshold === 0 ? 1 : Math.trunc(fround(membrane / threshold));
}

function compileReset(
  reset: SinabsReset,
  membrane: Float32Array,
  spikes: Float32Array,
  threshold: Float32Array,
): () => void {
  const neurons = membrane.length;
  if (reset.kind === "subtract") {
    const amount = reset.amount ? perNeuron(reset.amount, neurons) : threshold;
    return () => {
      for (let i = 0; i < neurons; i++) membrane[i] -= fround(spikes[i] * amount[i]);
    };
  }
  const value = fround(reset.value);
  if (!reset.everyStep) {
    return () => {
      for (let i = 0; i < neurons; i++) if (spikes[i] > 0) membrane[i] = value;
    };
  }
  return () => {
    for (let i = 0; i < neurons; i++) membrane[i] = (spikes[i] > 0 ? 0 : membrane[i]) + value;
  };
}

function compileFloor(node: SinabsNode, membrane: Float32Array): () => void {
  if (!node.minVMem) return () => {};
  const minimum = perNeuron(node.minVMem, membrane.length);
  return () => {
    for (let i = 0; i < membrane.length; i++)
      membrane[i] = Math.max(fround(membrane[i] - minimum[i]), 0) + minimum[i];
  };
}

interface Adaptation {
  /** b. */
  readonly trace: Float32Array;
  /** vt: what the next step compares with. */
  readonly threshold: Float32Array;
  step(spikes: Float32Array): void;
  reset(): void;
}

function compileAdaptation(node: SinabsAlifNode, neurons: number): Adaptation {
  const rest = perNeuron(node.threshold, neurons);
  const threshold = Float32Array.from(rest);
  const trace = new Float32Array(neurons);
  const alpha = perNeuron(node.alphaAdapt, neurons);
  const share = alpha.map((factor) => 1 - factor);
  const scale = perNeuron(node.adaptScale, neurons);
  return {
    trace,
    threshold,
    step: (spikes) => {
      for (let i = 0; i < neurons; i++) {
        trace[i] = fround(alpha[i] * trace[i]) + fround(share[i] * spikes[i]);
        threshold[i] = rest[i] + fround(scale[i] * trace[i]);
      }
    },
    reset: () => {
      trace.fill(0);
      threshold.set(rest);
    },
  };
}
