/**
 * snnTorch's neurons (0.9.4, 634fc22), operation by operation. Each step: r = H(m - threshold) of the old membrane; the
 * update, which takes r off (a reset comes a step after its spike); s = H(m - threshold) of the new one. H(x) = [x > 0].
 *
 * x the input, i the synaptic current, rec what the neuron's own spikes of the last step bring:
 *
 *     Leaky          b = beta m + x                             subtract: b - r threshold; zero: beta ((1 - r) m) + x
 *     RLeaky         b = (beta m + x) + rec                     subtract: b - r threshold; zero: b - r b
 *     Synaptic       i = alpha i + x; b = beta m + i            as RLeaky
 *     RSynaptic      i = (alpha i + x) + rec; b = beta m + i    as RLeaky
 *     Lapicque       b = ((x R) (1 / (R C))) dt + (1 - dt / (R C)) m    as RLeaky
 *
 * Alpha has a file of its own (snntorch-alpha.ts).
 */
import { sizeOf } from "../graph.ts";
import type { LapicqueNode, LeakyNode, RLeakyNode, RSynapticNode, SynapticNode } from "../spiking-neurons.ts";
import { compileRecurrence } from "./recurrence.ts";
import { compileSnnTorchSpikes } from "./snntorch-spikes.ts";
import { initialMembrane, perNeuron, type Stepper } from "./stepper.ts";

const { fround } = Math;

type Node = LeakyNode | RLeakyNode | SynapticNode | RSynapticNode | LapicqueNode;

export function compileSnnTorch(node: Node): Stepper {
  const neurons = sizeOf(node.shape);
  const vInit = initialMembrane(node.vInit, neurons);
  const membrane = Float32Array.from(vInit);
  const hasCurrent = node.type === "Synaptic" || node.type === "RSynaptic";
  const current = hasCurrent ? new Float32Array(neurons) : null;
  const output = new Float32Array(neurons);
  const spikes = compileSnnTorchSpikes(node, membrane, output);
  const base = new Float32Array(neurons);
  const update = compileBase(node, neurons, membrane, current, output, base);
  const threshold = perNeuron(node.threshold, neurons);
  const { late } = spikes;

  const subtract = (): void => {
    for (let i = 0; i < neurons; i++) membrane[i] = base[i] - fround(late[i] * threshold[i]);
  };
  const zero = (): void => {
    for (let i = 0; i < neurons; i++) membrane[i] = base[i] - fround(late[i] * base[i]);
  };
  const keep = (): void => membrane.set(base);
  // A Leaky that is reset to zero keeps this step's input: its old membrane is cleared before the update instead.
  const clearsBefore = node.type === "Leaky" && node.reset === "zero";
  const apply = node.reset === "subtract" ? subtract : node.reset === "zero" && !clearsBefore ? zero : keep;

  const step = (input: Float32Array): void => {
    spikes.compareOld();
    if (clearsBefore) for (let i = 0; i < neurons; i++) membrane[i] = fround(1 - late[i]) * membrane[i];
    update(input);
    apply();
    spikes.quantize(membrane);
    if (current) spikes.quantize(current);
    spikes.fire();
  };
  const reset = (): void => {
    membrane.set(vInit);
    current?.fill(0);
    output.fill(0);
  };
  return { output, membrane, current, others: new Map(), step, reset, emit: null };
}

/** Puts the membrane that a step without reset would give into `base`. */
function compileBase(
  node: Node,
  neurons: number,
  membrane: Float32Array,
  current: Float32Array | null,
  spikes: Float32Array,
  base: Float32Array,
): (input: Float32Array) => void {
  if (node.type === "Lapicque") return compileLapicque(node, neurons, membrane, base);
  const beta = perNeuron(node.beta, neurons).map(clamp);
  const recurrent = "recurrence" in node ? compileRecurrence(node.recurrence, neurons) : null;
  const back = new Float32Array(neurons);
  if (current && (node.type === "Synaptic" || node.type === "RSynaptic")) {
    const alpha = perNeuron(node.alpha, neurons).map(clamp);
    return (input) => {
      recurrent?.(spikes, back);
      for (let i = 0; i < neurons; i++) {
        const fed = fround(fround(alpha[i] * current[i]) + input[i]);
        current[i] = recurrent ? fed + back[i] : fed;
        base[i] = fround(beta[i] * membrane[i]) + current[i];
      }
    };
  }
  return (input) => {
    recurrent?.(spikes, back);
    for (let i = 0; i < neurons; i++) {
      const fed = fround(fround(beta[i] * membrane[i]) + input[i]);
      base[i] = recurrent ? fed + back[i] : fed;
    }
  };
}

function compileLapicque(
  node: LapicqueNode,
  neurons: number,
  membrane: Float32Array,
  base: Float32Array,
): (input: Float32Array) => void {
  const resistance = perNeuron(node.resistance, neurons);
  const capacitance = perNeuron(node.capacitance, neurons);
  const timeStep = perNeuron(node.timeStep, neurons);
  const timeConstant = resistance.map((r, i) => r * capacitance[i]);
  const inverse = timeConstant.map((rc) => 1 / rc);
  const decay = timeConstant.map((rc, i) => 1 - fround(timeStep[i] / rc));
  return (input) => {
    for (let i = 0; i < neurons; i++) {
      const driven = fround(fround(fround(input[i] * resistance[i]) * inverse[i]) * timeStep[i]);
      base[i] = driven + fround(decay[i] * membrane[i]);
    }
  };
}

function clamp(factor: number): number {
  return Math.min(Math.max(factor, 0), 1);
}
