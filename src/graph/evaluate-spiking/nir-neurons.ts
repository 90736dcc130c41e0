/**
 * NIR's neurons as steps: the synaptic current, the membrane, then comparison and reset (nir-firing.ts), each a pass over
 * all neurons. The fields of Discretization choose the formulas; one operation, one rounding.
 */
import type { Discretization } from "../discretization.ts";
import type { NirNeuronNode } from "../spiking-neurons.ts";
import { type NirConstants, nirConstants, type Rates } from "./nir-constants.ts";
import { compileFiring } from "./nir-firing.ts";
import type { Stepper } from "./stepper.ts";

const { fround } = Math;

/** Adds one step's drive to a state. */
type Integrate = (drive: Float32Array) => void;

/** The node under the graph's choices, or its own where it has any. */
export function compileNirNeuron(node: NirNeuronNode, graphWide: Discretization): Stepper {
  const d: Discretization = { ...graphWide, ...node.discretization };
  const constants = nirConstants(node, d);
  const membrane = Float32Array.from(constants.vInit);
  const current = constants.synapse ? Float32Array.from(constants.currentRest) : null;
  const output = new Float32Array(constants.neurons);
  const update = compileUpdate(constants, d, membrane, current);
  const reset = (): void => {
    membrane.set(constants.vInit);
    current?.set(constants.currentRest);
    output.fill(0);
  };
  const states = { output, membrane, current, others: new Map<string, Float32Array>(), reset };
  const { threshold } = constants;
  if (!threshold) {
    const step = (input: Float32Array): void => {
      update(input);
      output.set(membrane);
    };
    return { ...states, step, emit: null };
  }
  const { emit, before, after } = compileFiring({ ...constants, threshold }, d, membrane, output);
  const step = (input: Float32Array): void => {
    before();
    update(input);
    after();
  };
  return { ...states, step, emit };
}

/** From the input of a step to the membrane, without spikes. */
function compileUpdate(
  constants: NirConstants,
  d: Discretization,
  membrane: Float32Array,
  current: Float32Array | null,
): Integrate {
  const { inputFactor, currentFactor, neurons } = constants;
  const drive = new Float32Array(neurons);
  const integrate = constants.membrane
    ? compileLeak(membrane, constants.membrane, constants.vLeak, d, constants.threshold !== null)
    : compileSum(membrane);
  const multiplied = (factor: Float32Array | null, values: Float32Array): Float32Array => {
    if (!factor) return values;
    for (let i = 0; i < neurons; i++) drive[i] = factor[i] * values[i];
    return drive;
  };
  if (!current || !constants.synapse) return (input) => integrate(multiplied(inputFactor, input));

  const charge =
    d.synapseOrder === "addThenDecay"
      ? compileAddThenDecay(current, constants.synapse)
      : compileLeak(current, constants.synapse, constants.currentRest, d, false);
  const toMembrane = (): void => integrate(multiplied(currentFactor, current));
  const toCurrent: Integrate = (input) => charge(multiplied(inputFactor, input));
  return d.synapse === "new"
    ? (input) => {
        toCurrent(input);
        toMembrane();
      }
    : (input) => {
        toMembrane();
        toCurrent(input);
      };
}

/** I and IF: v += x. */
function compileSum(state: Float32Array): Integrate {
  return (drive) => {
    for (let i = 0; i < state.length; i++) state[i] += drive[i];
  };
}

function compileAddThenDecay(state: Float32Array, { decay }: Rates): Integrate {
  return (drive) => {
    for (let i = 0; i < state.length; i++) state[i] = fround(state[i] + drive[i]) * decay[i];
  };
}

/**
 * One step of a state that decays to `rest`.
 *
 * inputFirst: norse's two functions for it differ in the order of the sum (norse/torch/functional at 065a3b4): lif_box.py
 * adds v_leak to the input and takes v off, leaky_integrator_box.py takes v off v_leak and adds the input.
 */
function compileLeak(
  state: Float32Array,
  { decay, rate }: Rates,
  rest: Float32Array,
  d: Discretization,
  inputFirst: boolean,
): Integrate {
  const neurons = state.length;
  if (d.form === "increment") {
    if (d.input === "dirac") {
      return (drive) => {
        for (let i = 0; i < neurons; i++) {
          state[i] = fround(state[i] + fround(rate[i] * fround(rest[i] - state[i]))) + drive[i];
        }
      };
    }
    return inputFirst
      ? (drive) => {
          for (let i = 0; i < neurons; i++)
            state[i] += fround(rate[i] * fround(fround(drive[i] + rest[i]) - state[i]));
        }
      : (drive) => {
          for (let i = 0; i < neurons; i++)
            state[i] += fround(rate[i] * fround(fround(rest[i] - state[i]) + drive[i]));
        };
  }
  const toRest = Float32Array.from(rest, (value, i) => value * rate[i]);
  if (toRest.every((value) => value === 0)) {
    return (drive) => {
      for (let i = 0; i < neurons; i++) state[i] = fround(decay[i] * state[i]) + drive[i];
    };
  }
  return (drive) => {
    for (let i = 0; i < neurons; i++) state[i] = fround(fround(decay[i] * state[i]) + drive[i]) + toRest[i];
  };
}
