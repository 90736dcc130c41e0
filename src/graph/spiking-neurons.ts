/**
 * The neurons of a SpikingGraph. NIR's are differential equations: a Discretization says how they become steps. Those of
 * snnTorch and sinabs that NIR cannot say are steps already, with their own names, and no Discretization changes them;
 * their equations stand beside their evaluation (neurons/snntorch.ts, neurons/sinabs.ts).
 *
 * A parameter holds one value ([]), or has the shape of the node.
 */
import type { Discretization } from "./discretization.ts";
import type { Tensor } from "./graph.ts";
import type { SpikingNodeBase } from "./spiking-node.ts";
import type { StateQuantization } from "./spiking-quantization.ts";

interface NeuronBase extends SpikingNodeBase {
  /** The membrane before the first step; null: what the Discretization says, and 0 for snnTorch and sinabs. */
  readonly vInit: Tensor | null;
  /** What the file says of its integers; absent where it says nothing. */
  readonly quantization?: StateQuantization;
}

interface NirNeuron extends NeuronBase {
  /** Choices that differ from the graph's Discretization for this node alone. */
  readonly discretization: Partial<Discretization> | null;
}

/** v' = r I; its output is v. */
export interface IntegratorNode extends NirNeuron {
  readonly type: "I";
  readonly r: Tensor;
}

/** tau v' = (vLeak - v) + r I; its output is v. tau in seconds. */
export interface LeakyIntegratorNode extends NirNeuron {
  readonly type: "LI";
  readonly tau: Tensor;
  readonly r: Tensor;
  readonly vLeak: Tensor;
}

/** v' = r I; a spike where v passes vThreshold, then v = vReset. */
export interface IfNode extends NirNeuron {
  readonly type: "IF";
  readonly r: Tensor;
  readonly vThreshold: Tensor;
  readonly vReset: Tensor;
}

/** tau v' = (vLeak - v) + r I; a spike where v passes vThreshold, then v = vReset. tau in seconds. */
export interface LifNode extends NirNeuron {
  readonly type: "LIF";
  readonly tau: Tensor;
  readonly r: Tensor;
  readonly vLeak: Tensor;
  readonly vThreshold: Tensor;
  readonly vReset: Tensor;
}

/** tauSyn I' = -I + wIn S; tauMem v' = (vLeak - v) + r I; its output is v. */
export interface CubaLiNode extends NirNeuron {
  readonly type: "CubaLI";
  readonly tauSyn: Tensor;
  readonly tauMem: Tensor;
  readonly r: Tensor;
  readonly vLeak: Tensor;
  readonly wIn: Tensor;
}

/** As CubaLI, with a spike where v passes vThreshold, then v = vReset. */
export interface CubaLifNode extends NirNeuron {
  readonly type: "CubaLIF";
  readonly tauSyn: Tensor;
  readonly tauMem: Tensor;
  readonly r: Tensor;
  readonly vLeak: Tensor;
  readonly wIn: Tensor;
  readonly vThreshold: Tensor;
  readonly vReset: Tensor;
}

/** What every neuron of snnTorch has. */
export interface SnnTorchOptions {
  readonly threshold: Tensor;
  readonly reset: "subtract" | "zero" | "none";
  /** true, snnTorch's default: a spike resets the membrane in the next step. Only Leaky, RLeaky and Synaptic know false. */
  readonly resetDelay: boolean;
  /** Along the last axis only the neuron with the largest membrane - threshold may spike; the first of equals. */
  readonly inhibition: boolean;
  /** What a spike is worth. */
  readonly gradedSpikesFactor: Tensor;
  /** state_quant: the membrane becomes the nearest of these, ascending, after its update; null: it stays as it is. */
  readonly stateLevels: Float32Array | null;
}

/** A neuron's own recurrence: its spikes of the last step come back in this one. */
export type Recurrence =
  /** weight [neurons, neurons], to and from; bias [neurons] or null: added at every step, the first included. */
  | { readonly kind: "dense"; readonly weight: Tensor; readonly bias: Float32Array | null }
  /** snnTorch's element-wise V: [] or one a neuron. */
  | { readonly kind: "oneToOne"; readonly weight: Tensor };

interface SnnTorchNeuron extends NeuronBase, SnnTorchOptions {}

/** Forward Euler on an RC circuit. resistance R, capacitance C, timeStep: in any consistent units. */
export interface LapicqueNode extends SnnTorchNeuron {
  readonly type: "Lapicque";
  readonly resistance: Tensor;
  readonly capacitance: Tensor;
  readonly timeStep: Tensor;
}

/** m = beta m + x; beta of one step, clamped to 0..1. */
export interface LeakyNode extends SnnTorchNeuron {
  readonly type: "Leaky";
  readonly beta: Tensor;
}

/** m = beta m + x + recurrence. */
export interface RLeakyNode extends SnnTorchNeuron {
  readonly type: "RLeaky";
  readonly beta: Tensor;
  readonly recurrence: Recurrence;
}

/** i = alpha i + x; m = beta m + i. */
export interface SynapticNode extends SnnTorchNeuron {
  readonly type: "Synaptic";
  readonly alpha: Tensor;
  readonly beta: Tensor;
}

/** i = alpha i + x + recurrence; m = beta m + i. */
export interface RSynapticNode extends SnnTorchNeuron {
  readonly type: "RSynaptic";
  readonly alpha: Tensor;
  readonly beta: Tensor;
  readonly recurrence: Recurrence;
}

/** e = alpha e + x; h = beta h - x; m = tauAlpha (e + h). alpha > beta. */
export interface AlphaNode extends SnnTorchNeuron {
  readonly type: "Alpha";
  readonly alpha: Tensor;
  readonly beta: Tensor;
  /** tau_alpha = ln alpha / (ln beta - ln alpha) + 1 in float32; null: to be computed. */
  readonly tauAlpha: Tensor | null;
}

/** What every neuron of sinabs has. Factors are those of one step, exp(-1 / tau) in float32, tau in steps. */
interface SinabsNeuron extends NeuronBase {
  /** The membrane cannot fall below this; null: no floor. */
  readonly minVMem: Tensor | null;
  /** Factor of the synaptic current; null: input reaches the membrane as it is. */
  readonly alphaSyn: Tensor | null;
  /** Recurrent variants: weight [neurons, neurons], to and from; no bias. */
  readonly recurrentWeight: Tensor | null;
}

/** MultiSpike, SingleSpike, MaxSpike(maximum). */
export type SpikeFunction =
  | { readonly kind: "multi" }
  | { readonly kind: "single" }
  | { readonly kind: "max"; readonly maximum: number };

export type SinabsReset =
  /** MembraneSubtract; amount null: the threshold. */
  | { readonly kind: "subtract"; readonly amount: Tensor | null }
  /** MembraneReset. everyStep: as sinabs' code runs, `value` is added at every step; else v = value at a spike. */
  | { readonly kind: "value"; readonly value: number; readonly everyStep: boolean };

interface SinabsSpiking extends SinabsNeuron {
  readonly threshold: Tensor;
  readonly spikes: SpikeFunction;
  readonly reset: SinabsReset;
}

/** v += i. */
export interface SinabsIafNode extends SinabsSpiking {
  readonly type: "SinabsIAF";
}

/** v = alphaMem v + (normInput ? (1 - alphaMem) i : i). */
export interface SinabsLifNode extends SinabsSpiking {
  readonly type: "SinabsLIF";
  readonly alphaMem: Tensor;
  readonly normInput: boolean;
}

/** As LIF, with a threshold that rises with each spike: by adaptScale times a trace of them that decays by alphaAdapt. */
export interface SinabsAlifNode extends SinabsSpiking {
  readonly type: "SinabsALIF";
  readonly alphaMem: Tensor;
  readonly alphaAdapt: Tensor;
  readonly adaptScale: Tensor;
  readonly normInput: boolean;
}

/** LIF without spikes; its output is v before the floor. */
export interface SinabsExpLeakNode extends SinabsNeuron {
  readonly type: "SinabsExpLeak";
  readonly alphaMem: Tensor;
  readonly normInput: boolean;
}

/** Neurons given as differential equations. */
export type NirNeuronNode =
  | IntegratorNode
  | LeakyIntegratorNode
  | IfNode
  | LifNode
  | CubaLiNode
  | CubaLifNode;

export type SnnTorchNode = LapicqueNode | LeakyNode | RLeakyNode | SynapticNode | RSynapticNode | AlphaNode;

export type SinabsNode = SinabsIafNode | SinabsLifNode | SinabsAlifNode | SinabsExpLeakNode;

export type SpikingNeuron = NirNeuronNode | SnnTorchNode | SinabsNode;
