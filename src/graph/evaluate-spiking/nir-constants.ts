/**
 * What a Discretization makes of the parameters of NIR's neurons: per neuron, in float32, the factors of one step.
 *
 * Time constants are divided in the precision of their file, as the frameworks do that read them with numpy.
 */
import type { Discretization } from "../discretization.ts";
import { sizeOf, type Tensor } from "../graph.ts";
import type { CubaLifNode, CubaLiNode, NirNeuronNode } from "../spiking-neurons.ts";
import { initialMembrane, perNeuron } from "./stepper.ts";

/** Factors of one trace with a time constant. */
export interface Rates {
  /** 1 - a: what is left of the state after one step. */
  readonly decay: Float32Array;
  /** a. */
  readonly rate: Float32Array;
}

export interface NirConstants {
  readonly neurons: number;
  /** Of the membrane; null for I and IF, which do not leak. */
  readonly membrane: Rates | null;
  /** Of the synaptic current; null where there is none. */
  readonly synapse: Rates | null;
  /** What the input is multiplied by on its way into the first state (current, or membrane); null: by nothing. */
  readonly inputFactor: Float32Array | null;
  /** What the current is multiplied by on its way into the membrane; null: by nothing. */
  readonly currentFactor: Float32Array | null;
  /** In the units of the membrane, which are 1 / factor times NIR's where `gain` is "threshold". */
  readonly vLeak: Float32Array;
  readonly vReset: Float32Array;
  /** null for nodes that never fire. */
  readonly threshold: Float32Array | null;
  readonly vInit: Float32Array;
  readonly currentRest: Float32Array;
}

/** The per-neuron values of `node` under `d`. */
export function nirConstants(node: NirNeuronNode, d: Discretization): NirConstants {
  const neurons = sizeOf(node.shape);
  const values = (tensor: Tensor): Float32Array => perNeuron(tensor, neurons);
  const zeros = new Float32Array(neurons);
  const cuba = node.type === "CubaLI" || node.type === "CubaLIF" ? node : null;
  const tau = cuba ? cuba.tauMem : "tau" in node ? node.tau : null;
  const factors = inputFactors(node, cuba, tau, d);
  // Thresholds take the factor over in double precision and are rounded once.
  const scale = d.gain === "threshold" ? product(factors.membrane, factors.input) : null;
  const scaled = (tensor: Tensor): Float32Array => (scale ? values(quotient(tensor, scale)) : values(tensor));
  const inputs = d.gain === "threshold" ? null : factors;
  const leak = "vLeak" in node ? scaled(node.vLeak) : zeros;
  const membrane = tau ? ratesOf(tau, neurons, d) : null;
  return {
    neurons,
    membrane,
    synapse: cuba ? ratesOf(cuba.tauSyn, neurons, d) : null,
    inputFactor: inputs?.input ? factorOf(inputs.input, neurons) : null,
    currentFactor: inputs?.membrane && cuba ? factorOf(inputs.membrane, neurons) : null,
    vLeak: leak,
    vReset: "vReset" in node ? scaled(node.vReset) : zeros,
    threshold: "vThreshold" in node ? scaled(node.vThreshold) : null,
    vInit: node.vInit || d.vInit === "zero" ? initialMembrane(node.vInit, neurons) : leak,
    currentRest: d.currentRest === "leak" ? leak : zeros,
  };
}

/** Factors in double precision: of the input into the first state, and of the current into the membrane. */
function inputFactors(
  node: NirNeuronNode,
  cuba: CubaLifNode | CubaLiNode | null,
  tau: Tensor | null,
  d: Discretization,
): { readonly input: Tensor | null; readonly membrane: Tensor | null } {
  const honoured = d.resistance === "honoured" || (d.resistance === "cuba" && cuba !== null);
  const r = honoured ? node.r : null;
  const hold = (time: Tensor): Tensor | null =>
    d.input === "hold" && d.form === "complement" ? rates(time, d) : null;
  if (cuba) {
    const wIn = honoured ? cuba.wIn : null;
    return { input: product(wIn, hold(cuba.tauSyn)), membrane: product(r, hold(cuba.tauMem)) };
  }
  if (tau) return { input: product(r, hold(tau)), membrane: null };
  const whole = d.integratorInput === "dirac" ? null : { shape: [], data: Float64Array.of(d.dt) };
  return { input: product(r, whole), membrane: null };
}

/** A factor in float32; null where it is 1 for every neuron, so that nothing is multiplied. */
function factorOf(factor: Tensor, neurons: number): Float32Array | null {
  return factor.data.every((value) => value === 1) ? null : perNeuron(factor, neurons);
}

function rates(tau: Tensor, d: Discretization): Tensor {
  return { shape: tau.shape, data: Float64Array.from(tau.data, (value) => rateOf(value, d)) };
}

function rateOf(tau: number, d: Discretization): number {
  const ratio = (d.tauUnit === "steps" ? 1 : d.dt) / tau;
  return d.method === "exp" ? 1 - Math.exp(-ratio) : ratio;
}

/** decay and rate of one step, rounded as `d.rate` says. */
function ratesOf(tau: Tensor, neurons: number, d: Discretization): Rates {
  const single = tau.data instanceof Float32Array;
  const step = d.tauUnit === "steps" ? 1 : d.dt;
  const pairOf = (value: number): readonly [number, number] => {
    if (d.method === "exp") {
      const decay = Math.fround(Math.exp(Math.fround(-step / value)));
      return [decay, Math.fround(1 - decay)];
    }
    if (d.rate === "reciprocal") {
      const rate = Math.fround(Math.fround(step) * Math.fround(1 / Math.fround(value)));
      return [Math.fround(1 - rate), rate];
    }
    const rate = single ? Math.fround(Math.fround(step) / value) : step / value;
    return [1 - rate, rate];
  };
  const pairs = Array.from(tau.data, pairOf);
  const each = (part: 0 | 1): Float32Array =>
    perNeuron({ shape: tau.shape, data: Float64Array.from(pairs, (pair) => pair[part]) }, neurons);
  return { decay: each(0), rate: each(1) };
}

/** a b, neuron by neuron, where null is 1 and a product that is 1 but for rounding is exactly 1. */
function product(a: Tensor | null, b: Tensor | null): Tensor | null {
  if (!a || !b) return a ?? b;
  const [long, short] = a.data.length >= b.data.length ? [a, b] : [b, a];
  const at = (index: number): number => short.data[short.data.length === 1 ? 0 : index];
  const data = Float64Array.from(long.data, (value, index) => nearOne(value * at(index)));
  return { shape: long.shape, data };
}

/** Exporters hide dt in r = tau / dt: the product is meant to be 1. The bound is numpy's allclose, which snnTorch asks. */
function nearOne(value: number): number {
  return Math.abs(value - 1) <= 1e-5 + 1e-8 ? 1 : value;
}

function quotient(a: Tensor, b: Tensor): Tensor {
  const [shape, length] =
    a.data.length >= b.data.length ? [a.shape, a.data.length] : [b.shape, b.data.length];
  const at = (tensor: Tensor, index: number): number => tensor.data[tensor.data.length === 1 ? 0 : index];
  const data = Float64Array.from({ length }, (_, index) => at(a, index) / at(b, index));
  return { shape, data };
}
